package dev.boda.aws;

import java.util.Optional;

/// An Amazon Resource Name, parsed once: `arn:aws:lambda:us-east-1:123456789012:function:hello:PROD`.
///
/// @param region   empty where the service has none (IAM)
/// @param account  12 digits, or empty
/// @param resource all after the fifth colon, `function:hello:PROD`
public record Arn(String partition, String service, String region, String account, String resource) {

    private static final int PARTS = 6;

    public Arn {
        if (partition.isEmpty() || service.isEmpty() || resource.isEmpty()) {
            throw new IllegalArgumentException("An ARN needs a partition, a service and a resource");
        }
    }

    /// The ARN that `text` is, if it is one.
    public static Optional<Arn> parse(String text) {
        var parts = text.split(":", PARTS);
        if (parts.length < PARTS
                || !parts[0].equals("arn")
                || parts[1].isEmpty()
                || parts[2].isEmpty()
                || parts[PARTS - 1].isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Arn(parts[1], parts[2], parts[3], parts[4], parts[5]));
    }

    /// An ARN in the partition of `region`.
    public static Arn of(String service, String region, String account, String resource) {
        return new Arn(partitionOf(region), service, region, account, resource);
    }

    /// The partition a region lies in.
    public static String partitionOf(String region) {
        if (region.startsWith("cn-")) {
            return "aws-cn";
        }
        if (region.startsWith("us-gov-")) {
            return "aws-us-gov";
        }
        if (region.startsWith("eusc-")) {
            return "aws-eusc";
        }
        return "aws";
    }

    @Override
    public String toString() {
        return "arn:" + partition + ":" + service + ":" + region + ":" + account + ":" + resource;
    }
}
