package dev.boda.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Names of images, as people write them.
class ImageReferenceTest {

    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "public.ecr.aws/lambda/python:3.12, public.ecr.aws, lambda/python, 3.12, false",
        "localhost:5000/mine, localhost:5000, mine, latest, true",
        "127.0.0.1:5000/a/b-c_d.e:1, 127.0.0.1:5000, a/b-c_d.e, 1, true",
        "http://registry.example/mine:2, registry.example, mine, 2, true",
        "debian, registry-1.docker.io, library/debian, latest, false",
        "docker.io/library/debian:13, registry-1.docker.io, library/debian, 13, false",
        "amazon/aws-lambda-python:3.12, registry-1.docker.io, amazon/aws-lambda-python, 3.12, false",
    })
    void aNameIsRegistryRepositoryAndVersion(
            String text, String registry, String repository, String version, boolean plain)
            throws ImageRefusedException {
        assertThat(ImageReference.parse(text)).isEqualTo(new ImageReference(registry, repository, version, plain));
    }

    @Test
    void aDigestGoesBeforeATag() throws ImageRefusedException {
        assertThat(ImageReference.parse("r.example:1/a:tag@" + DIGEST))
                .isEqualTo(new ImageReference("r.example:1", "a", DIGEST, false));
        assertThat(ImageReference.parse("r.example:1/a@" + DIGEST).url("manifests", "x"))
                .isEqualTo("https://r.example:1/v2/a/manifests/x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Upper/Case", "r.example/a/../b", "r.example/", "a:b:c", "r.example/a@sha512:00", "a b"})
    void whatIsNoNameIsRefused(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text)).isInstanceOf(ImageRefusedException.class);
    }
}
