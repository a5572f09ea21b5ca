package dev.boda.bench;

import dev.boda.bench.load.LoadResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// Many things asked for in the same moment, once a round: times count from that moment.
///
/// @param size   how many
/// @param atOnce how many of them may be under way
record Burst(Label label, int size, int atOnce, Shots shots) implements Experiment {

    /// Makes ready.
    interface Shots {
        Shot load() throws IOException;
    }

    /// One burst.
    interface Shot extends AutoCloseable {

        /// Whether it was done as it should be.
        boolean fire() throws IOException, InterruptedException;

        @Override
        void close() throws IOException;
    }

    @Override
    public Sample run(Duration time) throws IOException, InterruptedException {
        var latency = LoadResult.histogram();
        var room = new Semaphore(atOnce, true);
        int errors = 0;
        long begun;
        try (var shot = shots.load();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var fired = new ArrayList<Future<Boolean>>();
            var nanos = new long[size];
            begun = System.nanoTime();
            for (int i = 0; i < size; i++) {
                int number = i;
                fired.add(threads.submit(() -> {
                    room.acquire();
                    try {
                        return shot.fire();
                    } finally {
                        room.release();
                        nanos[number] = System.nanoTime() - begun;
                    }
                }));
            }
            for (int i = 0; i < size; i++) {
                if (fired.get(i).get()) {
                    LoadResult.record(latency, nanos[i]);
                } else {
                    errors++;
                }
            }
        } catch (ExecutionException failed) {
            throw new IOException(label.name() + ": " + failed.getCause(), failed.getCause());
        }
        return new Sample(
                latency.getTotalCount(),
                latency,
                LoadResult.histogram(),
                errors,
                Math.max(1, latency.getMaxValue()),
                Sample.Cost.NONE);
    }
}
