package dev.boda.engine;

import java.time.Duration;

/// How fast a function may get more environments: AWS's 1,000 every 10 s, refilled as time passes and never more than
/// that at once. Each function has its own rate, all versions of it together.
/// <https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html>
public final class ScalingRate {

    /// Environments of a function in a [#PERIOD].
    static final int ENVIRONMENTS = 1_000;

    static final Duration PERIOD = Duration.ofSeconds(10);

    private final TokenBuckets<String> buckets;

    public ScalingRate(EngineClock clock) {
        this.buckets = new TokenBuckets<>(clock);
    }

    /// Whether the function may have one more environment now; then it counts as started.
    ///
    /// @param functionArn without a qualifier
    public boolean take(String functionArn) {
        return buckets.take(functionArn, ENVIRONMENTS, PERIOD.toNanos());
    }

    /// How many functions are not forgotten.
    int remembered() {
        return buckets.size();
    }
}
