package dev.boda.sandbox.groups;

import java.io.IOException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets sandboxes that use up the CPU time they may have weigh less than those that answer short calls, for as long as
/// they do. The kernel shares processors evenly among who wants them: a call of one millisecond would wait for a slice
/// of each that computes all the time. Sandboxes that stand still are not looked at.
final class BurnerWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BurnerWatch.class);

    private static final long PERIOD_MILLIS = 100;

    /// Of a processor: who uses less takes nothing from others.
    private static final double BUSY = 0.05;

    /// Of a processor: who uses less than about as much does not burn, unless that is its quota.
    private static final double LEAST_SHARE = 0.2;

    private final OpenGroups open;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("sandbox-cpu").daemon(true).factory());

    private double fairShare = LEAST_SHARE; // The timer's thread's.

    BurnerWatch(OpenGroups open) {
        this.open = open;
    }

    void start() {
        var _ = timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Nothing may be thrown: it would not be done again.
    private void look() {
        int busy = 0;
        double all = 0;
        for (var group : open.all()) {
            try {
                double processors = group.weighBurning(System.nanoTime(), fairShare);
                busy += processors >= BUSY ? 1 : 0;
                all += processors;
            } catch (IOException | RuntimeException gone) {
                log.debug("How much {} computes is not known", group, gone);
            }
        }
        fairShare = Math.max(LEAST_SHARE, all / Math.max(1, busy));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
