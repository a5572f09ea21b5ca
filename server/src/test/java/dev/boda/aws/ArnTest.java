package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArnTest {

    @Test
    void theResourceKeepsItsColons() {
        var arn = Arn.parse("arn:aws:lambda:us-east-1:123456789012:function:hello:PROD")
                .orElseThrow();

        assertThat(arn).isEqualTo(new Arn("aws", "lambda", "us-east-1", "123456789012", "function:hello:PROD"));
        assertThat(arn).hasToString("arn:aws:lambda:us-east-1:123456789012:function:hello:PROD");
    }

    @Test
    void regionAndAccountMayBeEmpty() {
        assertThat(Arn.parse("arn:aws:iam::123456789012:role/r").orElseThrow().region())
                .isEmpty();
        assertThat(Arn.parse("arn:aws:s3:::bucket/key").orElseThrow().account()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "arn",
                "arn:aws:lambda:us-east-1:1",
                "arn::lambda:r:a:x",
                "arn:aws::r:a:x",
                "arn:aws:s3:::"
            })
    void whatIsNoArnIsNone(String text) {
        assertThat(Arn.parse(text)).isEmpty();
    }

    @Test
    void thePartitionFollowsTheRegion() {
        assertThat(Arn.of("lambda", "cn-north-1", "123456789012", "function:f").toString())
                .startsWith("arn:aws-cn:");
        assertThat(Arn.partitionOf("us-gov-west-1")).isEqualTo("aws-us-gov");
        assertThat(Arn.partitionOf("eusc-de-east-1")).isEqualTo("aws-eusc");
        assertThat(Arn.partitionOf("eu-central-1")).isEqualTo("aws");
    }
}
