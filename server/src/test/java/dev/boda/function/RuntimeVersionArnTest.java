package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RuntimeVersionArnTest {

    private static String arn(String region, String runtime, String architecture) {
        return RuntimeVersionArn.of(region, runtime, architecture);
    }

    @Test
    void everyRuntimeHasAnotherReleaseOnEachArchitecture() {
        assertThat(arn("us-east-1", "python3.12", "x86_64"))
                .matches("arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}")
                .isEqualTo(arn("us-east-1", "python3.12", "x86_64"))
                .isNotEqualTo(arn("us-east-1", "python3.13", "x86_64"))
                .isNotEqualTo(arn("us-east-1", "python3.12", "arm64"));
    }

    @Test
    void itsPartitionIsTheRegions() {
        assertThat(arn("cn-north-1", "python3.12", "x86_64")).startsWith("arn:aws-cn:lambda:cn-north-1::runtime:");
    }
}
