package dev.boda.image;

import static dev.boda.image.Layers.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.image.Layers.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Images of OCI layouts, archives and registries, brought whole or not at all.
class ImageStoreTest {

    private static final byte[] LOWER =
            layer().file("bin/tool", "lower").file("gone", "lower").tar();
    private static final byte[] UPPER =
            layer().file("bin/tool", "upper").file(".wh.gone", "").tar();

    @TempDir
    Path folder;

    private String bring(String name) throws IOException {
        try (var store = ImageStore.open(folder.resolve("store"), "amd64")) {
            return store.bring(name, ImageProgress.UNSEEN);
        }
    }

    private List<String> left(String in) throws IOException {
        try (var files = Files.list(folder.resolve("store").resolve(in))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void isWhole(String digest) throws IOException {
        var root = ImageStore.root(folder.resolve("store"), digest);
        assertThat(root.resolve("bin/tool")).hasContent("upper");
        assertThat(root.resolve("gone")).doesNotExist();
        assertThat(left("pulling")).isEmpty();
        assertThat(left("unpacking")).isEmpty();
    }

    @Test
    void anImageInALayoutIsUnpackedByItsDigestAndNotTwice() throws IOException {
        var layout = Image.of(LOWER, UPPER).layout(folder.resolve("layout"));
        var digest = bring(layout.toString());
        isWhole(digest);
        var file = ImageStore.root(folder.resolve("store"), digest).resolve("bin/tool");
        var made = Files.getAttribute(file, "unix:ino");

        assertThat(bring(layout.toString())).isEqualTo(digest);
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(made);
    }

    @Test
    void anImageInAnArchiveOfALayoutIsUnpacked() throws IOException {
        var image = Image.of(LOWER, UPPER);
        var tar =
                layer().file("oci-layout", "{}").file("index.json", new String(image.index(), StandardCharsets.UTF_8));
        image.blobs().forEach((digest, bytes) -> tar.bytes("blobs/" + digest.replace(':', '/'), bytes));
        isWhole(bring(Files.write(folder.resolve("image.tar"), tar.tar()).toString()));
    }

    @Test
    void anImageOfDockerSaveIsUnpacked() throws IOException {
        var config =
                "{\"rootfs\": {\"diff_ids\": [\"" + Layers.digest(LOWER) + "\", \"" + Layers.digest(UPPER) + "\"]}}";
        var tar = layer().file("config.json", config)
                .bytes("aa/layer.tar", LOWER)
                .bytes("bb/real.tar", UPPER)
                .link("bb/layer.tar", "real.tar")
                .file(
                        "manifest.json",
                        "[{\"Config\": \"config.json\", \"Layers\": [\"aa/layer.tar\", \"bb/layer.tar\"]}]");
        isWhole(bring(
                Files.write(folder.resolve("saved.tar"), Layers.gzip(tar.tar())).toString()));
    }

    @Test
    void anImageForOtherMachinesIsRefused() throws IOException {
        var layout = Image.of(LOWER).layout(folder.resolve("layout")).toString();
        try (var store = ImageStore.open(folder.resolve("store"), "riscv64")) {
            assertThatThrownBy(() -> store.bring(layout, ImageProgress.UNSEEN))
                    .isInstanceOf(ImageRefusedException.class)
                    .hasMessage("The image is not for this machine, linux/riscv64, but for linux/s390x, linux/amd64,"
                            + " linux/arm64.");
        }
    }

    @Test
    void aLayerWithOtherBytesThanItsDigestIsRefusedAndNothingIsLeft() throws IOException {
        var image = Image.of(LOWER);
        var layout = image.layout(folder.resolve("layout"));
        var name = Layers.digest(Layers.gzip(LOWER)).substring("sha256:".length());
        var bytes = Layers.gzip(LOWER);
        bytes[bytes.length - 1] ^= 1;
        Files.write(layout.resolve("blobs/sha256").resolve(name), bytes);

        assertThatThrownBy(() -> bring(layout.toString()))
                .isInstanceOf(ImageRefusedException.class)
                .hasMessageContaining("another digest");
        assertThat(left("roots")).isEmpty();
        assertThat(left("unpacking")).isEmpty();
        assertThat(left("pulling")).doesNotContain(name, name + ".part");
    }

    @Test
    void aManifestWithOtherBytesThanTheIndexSaysIsRefusedAndNothingIsLeft() throws IOException {
        var image = Image.of(LOWER);
        var layout = image.layout(folder.resolve("layout"));
        var manifest = List.copyOf(image.blobs().keySet()).getLast();
        Files.writeString(layout.resolve("blobs").resolve(manifest.replace(':', '/')), " ", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> bring(layout.toString()))
                .isInstanceOf(ImageRefusedException.class)
                .hasMessageContaining(manifest + " has another digest");
        assertThat(left("roots")).isEmpty();
        assertThat(left("pulling")).isEmpty();
    }

    @Test
    void aLayerThatIsNotWhatTheConfigSaysIsRefusedAndNothingIsLeft() throws IOException {
        var layout = Image.of(List.of(LOWER), List.of(Layers.digest(UPPER))).layout(folder.resolve("layout"));

        assertThatThrownBy(() -> bring(layout.toString())).isInstanceOf(ImageRefusedException.class);
        assertThat(left("roots")).isEmpty();
        assertThat(left("unpacking")).isEmpty();
    }

    @Test
    void twoProcessesDoNotChangeAStoreAtOnce() throws IOException {
        try (var _ = ImageStore.open(folder.resolve("store"), "amd64")) {
            assertThatThrownBy(() -> bring(folder.toString()))
                    .isInstanceOf(ImageRefusedException.class)
                    .hasMessageContaining("Another process");
        }
    }

    @Test
    void rootsThatNobodyNamesAreRemoved() throws IOException {
        var one = bring(Image.of(LOWER).layout(folder.resolve("one")).toString());
        var other = bring(Image.of(UPPER).layout(folder.resolve("other")).toString());
        try (var store = ImageStore.open(folder.resolve("store"), "amd64")) {
            store.keepOnly(Set.of(other));
        }
        assertThat(left("roots")).containsExactly(other).doesNotContain(one);
    }

    @Test
    void anImageInARegistryIsBroughtWithATokenAndByRedirections() throws Exception {
        try (var registry = new LoopbackRegistry(Image.of(LOWER, UPPER))) {
            isWhole(bring(registry.reference()));
            assertThat(registry.asked())
                    .as("a token for everybody, asked for once")
                    .filteredOn(request -> request.startsWith("/token"))
                    .containsExactly("/token?service=loopback&scope=repository%3Amine%2Fimage%3Apull");
            assertThat(registry.tokensElsewhere())
                    .as("tokens sent where it redirects")
                    .isZero();
        }
    }

    @Test
    void aPullThatIsInterruptedGoesOnWhereItWas() throws Exception {
        var noise = new byte[3 << 20];
        new Random(4).nextBytes(noise);
        var tar = layer().bytes("bin/noise", noise).tar();
        try (var registry = new LoopbackRegistry(Image.of(tar))) {
            registry.endsAfter(1 << 19);
            assertThatThrownBy(() -> bring(registry.reference()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("goes on there");
            assertThat(left("roots")).isEmpty();
            assertThat(left("pulling")).anyMatch(name -> name.endsWith(".part"));
            registry.goesOn();
            int before = registry.asked().size();

            var digest = bring(registry.reference());

            assertThat(ImageStore.root(folder.resolve("store"), digest).resolve("bin/noise"))
                    .hasBinaryContent(noise);
            assertThat(new ArrayList<>(registry.asked())
                            .subList(before, registry.asked().size()))
                    .as("the config is there, and of the layer a part")
                    .filteredOn(request -> request.contains("/blobs/"))
                    .hasSize(1);
            assertThat(registry.ranges().getLast()).matches("bytes=[1-9]\\d*-");
        }
    }

    @Test
    void aRegistryThatWantsCredentialsOrHasNoSuchImageIsAnsweredWithASentence() throws Exception {
        try (var registry = new LoopbackRegistry(Image.of(LOWER))) {
            assertThatThrownBy(() -> bring(registry.reference() + "-other"))
                    .isInstanceOf(ImageRefusedException.class)
                    .hasMessageContaining("has no " + registry.reference() + "-other");
            registry.refusesTokens();
            assertThatThrownBy(() -> bring(registry.reference()))
                    .isInstanceOf(ImageRefusedException.class)
                    .hasMessageContaining("to everybody");
        }
    }
}
