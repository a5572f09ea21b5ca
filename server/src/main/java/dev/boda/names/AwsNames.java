package dev.boda.names;

import java.util.List;

/// The names under which AWS's own APIs are reached, in its public partitions.
final class AwsNames {

    /// `dnsSuffix` and `dualStackDnsSuffix` of botocore's `partitions.json`.
    private static final List<String> SUFFIXES = List.of(
            "amazonaws.com",
            "api.aws",
            "amazonaws.com.cn",
            "api.amazonwebservices.com.cn",
            "amazonaws.eu",
            "api.amazonwebservices.eu");

    private AwsNames() {}

    static boolean has(String name) {
        return SUFFIXES.stream().anyMatch(suffix -> name.equals(suffix) || name.endsWith("." + suffix));
    }
}
