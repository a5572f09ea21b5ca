package dev.boda.function;

import dev.boda.aws.Arn;
import dev.boda.aws.Caller;
import java.util.Comparator;

/// Which layer: the key of all that is kept of its versions. Ordered as they are listed.
///
/// @param account 12 digits
public record LayerName(String account, String region, String name) implements Comparable<LayerName> {

    private static final String KIND = "layer:";

    private static final Comparator<LayerName> ORDER = Comparator.comparing(LayerName::account)
            .thenComparing(LayerName::region)
            .thenComparing(LayerName::name);

    /// What `text`, a layer's name or ARN, means to `caller`.
    ///
    /// @param text already held against AWS's pattern
    public static LayerName of(String text, Caller caller) {
        return Arn.parse(text)
                .map(arn -> new LayerName(
                        arn.account(), arn.region(), arn.resource().substring(KIND.length())))
                .orElseGet(() -> new LayerName(caller.account(), caller.region(), text));
    }

    /// Without a version.
    public String arn() {
        return Arn.of("lambda", region, account, KIND + name).toString();
    }

    /// Of a version, which need not exist.
    public String arn(long number) {
        return arn() + ":" + number;
    }

    @Override
    public int compareTo(LayerName other) {
        return ORDER.compare(this, other);
    }
}
