package dev.boda.function;

import dev.boda.aws.Caller;

/// A layer version as a request names it, whether it exists or not.
public record LayerVersionReference(LayerName layer, long number) {

    /// What an ARN with a version number means.
    ///
    /// @param arn already held against AWS's pattern
    public static LayerVersionReference of(String arn, Caller caller) {
        int colon = arn.lastIndexOf(':');
        return new LayerVersionReference(
                LayerName.of(arn.substring(0, colon), caller), number(arn.substring(colon + 1)));
    }

    /// No layer has as many versions as a number has that is none of Java's.
    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException tooLarge) {
            return Long.MAX_VALUE;
        }
    }

    public String arn() {
        return layer.arn(number);
    }
}
