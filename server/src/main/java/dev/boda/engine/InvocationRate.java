package dev.boda.engine;

import dev.boda.engine.QuotaSource.Share;
import java.time.Duration;
import java.util.List;

/// AWS's limit on requests a second: ten times the concurrency, of a function that has some reserved and of what the
/// others share. <https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html>
public sealed interface InvocationRate {

    /// Counts an invocation, or refuses it.
    void count(List<Share> shares) throws ThrottledException;

    /// Invocations come as fast as they run.
    record Unlimited() implements InvocationRate {

        @Override
        public void count(List<Share> shares) {
            // Nothing is counted.
        }
    }

    /// As on AWS.
    final class TenTimesConcurrency implements InvocationRate {

        private static final long TIMES = 10;
        private static final Duration PERIOD = Duration.ofSeconds(1);

        private final TokenBuckets<Scope> buckets;

        public TenTimesConcurrency(EngineClock clock) {
            this.buckets = new TokenBuckets<>(clock);
        }

        /// A share of no slots has no rate either: its invocations find no slot, which is what they are told.
        @Override
        public void count(List<Share> shares) throws ThrottledException {
            for (var share : shares) {
                if (share.isLimit()
                        && share.slots() > 0
                        && !buckets.take(share.scope(), TIMES * share.slots(), PERIOD.toNanos())) {
                    throw new ThrottledException(share.scope().tooSoon());
                }
            }
        }
    }
}
