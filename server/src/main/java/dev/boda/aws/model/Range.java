package dev.boda.aws.model;

/// What a length or a number may be, both ends included; infinite where the model sets no end.
public record Range(double min, double max) {

    public static final Range ANY = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    public boolean isAny() {
        return !hasMin() && !hasMax();
    }

    public boolean hasMin() {
        return min != Double.NEGATIVE_INFINITY;
    }

    public boolean hasMax() {
        return max != Double.POSITIVE_INFINITY;
    }
}
