package dev.boda.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Calls at the times of a schedule, whatever the answers do. A call whose time has come while every caller waits is
/// sent late, and its latency counts from when it should have been.
///
/// Each caller is a thread: it takes the schedule's next time, sleeps until shortly before, and spins the rest.
public final class OpenLoop {

    /// What a sleeping thread may wake too late by, and more.
    private static final long SPIN_NANOS = 80_000;

    /// How long answers may take after the schedule's end before the rest of it is given up.
    private static final long GRACE_NANOS = 5_000_000_000L;

    private final Load load;
    private final Schedule schedule;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private final Histogram latency = new ConcurrentHistogram(LoadResult.histogram());
    private final Histogram lateness = new ConcurrentHistogram(LoadResult.histogram());

    private OpenLoop(Load load, Schedule schedule) {
        this.load = load;
        this.schedule = schedule;
    }

    /// Runs the load on `schedule`, with its callers as the most calls at once.
    public static LoadResult run(Load load, Schedule schedule) throws IOException, InterruptedException {
        return new OpenLoop(load, schedule).run();
    }

    private LoadResult run() throws IOException, InterruptedException {
        var connections = new ArrayList<Connection>();
        var outgoing = new ArrayList<Outgoing>();
        try {
            for (int i = 0; i < load.callers(); i++) {
                outgoing.add(load.requests().get());
                connections.add(new Connection(load.target().connect(), outgoing.getLast(), false));
            }
            long begun = System.nanoTime();
            var threads = new ArrayList<Thread>();
            for (var connection : connections) {
                threads.add(Thread.ofPlatform().name("caller").start(() -> call(connection, begun)));
            }
            for (var thread : threads) {
                thread.join();
            }
            long nanos = System.nanoTime() - begun;
            return new LoadResult(
                    schedule.size() - errors.get(), latency, lateness, errors.get(), nanos, signing(outgoing));
        } finally {
            for (var connection : connections) {
                connection.close();
            }
        }
    }

    private static long signing(List<Outgoing> outgoing) {
        return outgoing.stream()
                .mapToLong(requests -> requests instanceof SignedRequests signed ? signed.signingNanos() : 0)
                .sum();
    }

    private void call(Connection connection, long begun) {
        boolean broken = false;
        for (int i = taken.getAndIncrement(); i < schedule.size(); i = taken.getAndIncrement()) {
            long intended = begun + schedule.nanos(i);
            connection.prepare();
            boolean inTime = awaitStart(intended);
            long now = System.nanoTime();
            if (broken || now - begun > schedule.lengthNanos() + GRACE_NANOS) {
                errors.incrementAndGet();
                LoadResult.record(latency, now - intended);
                continue;
            }
            try {
                connection.exchange();
                if (inTime) {
                    LoadResult.record(lateness, connection.sentNanos() - intended);
                }
                LoadResult.record(latency, System.nanoTime() - intended);
                if (!load.isRight(connection.answer())) {
                    errors.incrementAndGet();
                }
            } catch (IOException _) {
                errors.incrementAndGet();
                broken = true;
            }
        }
    }

    /// False when it is later already.
    private static boolean awaitStart(long intended) {
        long left = intended - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        while (left > SPIN_NANOS) {
            LockSupport.parkNanos(left - SPIN_NANOS);
            left = intended - System.nanoTime();
        }
        while (left > 0) {
            Thread.onSpinWait();
            left = intended - System.nanoTime();
        }
        return true;
    }
}
