package dev.boda.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Another experiment while something goes on beside it: begun so many times a second, however long it takes.
record Beside(Label label, Experiment measured, double perSecond, Lives.Life life) implements Experiment {

    @Override
    public void warmUp(Duration time) throws IOException, InterruptedException {
        measured.warmUp(time);
    }

    /// What failed beside it are errors of the sample.
    @Override
    public Sample run(Duration time) throws IOException, InterruptedException {
        var failed = new AtomicInteger();
        Sample met;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var clock = Executors.newSingleThreadScheduledExecutor()) {
            var beat = clock.scheduleAtFixedRate(
                    () -> threads.execute(() -> live(failed)), 0, (long) (1e9 / perSecond), TimeUnit.NANOSECONDS);
            try {
                met = measured.run(time);
            } finally {
                beat.cancel(false);
            }
        }
        return new Sample(
                met.calls(), met.latency(), met.lateness(), met.errors() + failed.get(), met.nanos(), met.cost());
    }

    private void live(AtomicInteger failed) {
        try {
            life.live();
        } catch (IOException | InterruptedException _) {
            failed.incrementAndGet();
        }
    }
}
