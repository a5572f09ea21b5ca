package dev.boda.bench;

import dev.boda.engine.Retirement;
import java.time.Duration;
import java.util.Random;

/// Calls of many functions, few of them often and most of them rarely, in a memory that holds a part of their
/// environments: how many calls find none. Simulated, so that hours pass in a moment; the rule is the engine's own.
///
/// Calls are so short that each function needs one environment. Functions' popularity is Zipf's; what their
/// environments hold and how long Init takes is distributed log-normally, and does not depend on how often
/// they are called.
final class RetirementTrace {

    private static final int FUNCTIONS = 1_000;
    private static final double EXPONENT = 0.8;
    private static final double CALLS_A_SECOND = 2;
    private static final Duration LENGTH = Duration.ofHours(12);
    private static final Duration FIXED = Duration.ofMinutes(10);
    private static final Duration SWEEP = Duration.ofSeconds(10);
    private static final long SEED = 20_261_122;
    private static final double MEGABYTE = 1_048_576;
    private static final double SECOND_NANOS = 1e9;

    private final long[] bytes = new long[FUNCTIONS];
    private final long[] initNanos = new long[FUNCTIONS];
    private final double[] popularity = new double[FUNCTIONS];
    private final Random random = new Random(SEED);

    /// Which environments stay.
    enum Rule {
        /// Each for ten minutes; where memory is short the one goes that has been idle longest.
        TEN_MINUTES,
        /// As a server does.
        BODA
    }

    /// @param coldShare     of all calls those that found no environment
    /// @param waitedSeconds for their Inits, all together
    record Outcome(double coldShare, double waitedSeconds) {}

    RetirementTrace() {
        double sum = 0;
        for (int i = 0; i < FUNCTIONS; i++) {
            sum += 1 / Math.pow(i + 1.0, EXPONENT);
            popularity[i] = sum;
            bytes[i] = (long) (Math.clamp(logNormal(70, 0.7), 25, 1_000) * MEGABYTE);
            initNanos[i] = (long) (Math.clamp(logNormal(0.25, 1), 0.04, 8) * SECOND_NANOS);
        }
    }

    private double logNormal(double median, double spread) {
        return median * Math.exp(spread * random.nextGaussian());
    }

    /// @param part of the memory that all functions' environments would take, how much there is
    Outcome run(Rule rule, double part) {
        long memory = 0;
        for (long each : bytes) {
            memory += each;
        }
        return new Run(rule, (long) (part * memory)).run();
    }

    /// The functions whose environments there are, and what is known of all.
    private final class Run {

        private final Rule rule;
        private final long memoryBytes;
        private final Random calls = new Random(SEED);
        private final boolean[] idle = new boolean[FUNCTIONS];
        private final long[] calledAt = new long[FUNCTIONS];
        private final double[] counted = new double[FUNCTIONS];
        private long used;
        private long sweptAt;
        private long all;
        private long cold;
        private double waitedNanos;

        private Run(Rule rule, long memoryBytes) {
            this.rule = rule;
            this.memoryBytes = memoryBytes;
        }

        private Outcome run() {
            long now = 0;
            while (now < LENGTH.toNanos()) {
                now += (long) (-Math.log(1 - calls.nextDouble()) / CALLS_A_SECOND * SECOND_NANOS);
                sweep(now);
                call(next(), now);
            }
            return new Outcome((double) cold / all, waitedNanos / SECOND_NANOS);
        }

        private int next() {
            double chosen = calls.nextDouble() * popularity[FUNCTIONS - 1];
            int low = 0;
            int high = FUNCTIONS - 1;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (popularity[middle] < chosen) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        private void call(int function, long now) {
            all++;
            if (!idle[function] || now - calledAt[function] > keepNanos(function)) {
                cold++;
                waitedNanos += initNanos[function];
                start(function, now);
            }
            counted[function] = 1 + Retirement.DEFAULT.faded(counted[function], now - calledAt[function]);
            calledAt[function] = now;
        }

        private void start(int function, long now) {
            end(function);
            while (used > 0 && used + bytes[function] > memoryBytes) {
                end(leastMissed(now));
            }
            idle[function] = true;
            used += bytes[function];
        }

        private void end(int function) {
            if (idle[function]) {
                idle[function] = false;
                used -= bytes[function];
            }
        }

        private void sweep(long now) {
            if (now - sweptAt < SWEEP.toNanos()) {
                return;
            }
            sweptAt = now;
            for (int i = 0; i < FUNCTIONS; i++) {
                if (idle[i] && now - calledAt[i] > keepNanos(i)) {
                    end(i);
                }
            }
        }

        private long keepNanos(int function) {
            return rule == Rule.BODA
                    ? Retirement.DEFAULT.keepNanos(initNanos[function], bytes[function])
                    : FIXED.toNanos();
        }

        private int leastMissed(long now) {
            int least = -1;
            double leastWorth = Double.POSITIVE_INFINITY;
            for (int i = 0; i < FUNCTIONS; i++) {
                if (idle[i] && worth(i, now) < leastWorth) {
                    least = i;
                    leastWorth = worth(i, now);
                }
            }
            return least;
        }

        private double worth(int function, long now) {
            long idleNanos = now - calledAt[function];
            return rule == Rule.BODA
                    ? Retirement.DEFAULT.worth(counted[function], idleNanos, initNanos[function], bytes[function], 1)
                    : -idleNanos;
        }
    }
}
