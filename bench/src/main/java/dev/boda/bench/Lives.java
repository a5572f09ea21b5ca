package dev.boda.bench;

import dev.boda.bench.load.LoadResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/// Something done again and again by several at once: how many a second.
record Lives(Label label, int atOnce, Life life) implements Experiment {

    /// What is done.
    interface Life {
        void live() throws IOException, InterruptedException;
    }

    @Override
    public Sample run(Duration time) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        var parts = new ArrayList<Future<Histogram>>();
        var all = LoadResult.histogram();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < atOnce; i++) {
                parts.add(threads.submit(() -> until(begun + time.toNanos())));
            }
            for (var part : parts) {
                all.add(part.get());
            }
        } catch (ExecutionException failed) {
            throw new IOException(label.name() + ": " + failed.getCause(), failed.getCause());
        }
        long nanos = System.nanoTime() - begun;
        return new Sample(all.getTotalCount(), all, LoadResult.histogram(), 0, nanos, Sample.Cost.NONE);
    }

    private Histogram until(long end) throws IOException, InterruptedException {
        var latency = LoadResult.histogram();
        do {
            long begun = System.nanoTime();
            life.live();
            LoadResult.record(latency, System.nanoTime() - begun);
        } while (System.nanoTime() < end);
        return latency;
    }
}
