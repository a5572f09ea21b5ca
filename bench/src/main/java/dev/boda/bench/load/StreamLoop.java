package dev.boda.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// Callers that read each answer as it comes, and call again when it has ended: one thread each.
public final class StreamLoop {

    private final Load load;
    private final long pauseNanos;

    /// What the callers met.
    ///
    /// @param firstByte   of each call, nanoseconds, from the request's first byte sent to the first byte of the
    ///                    function's answer received
    /// @param whole       the same to the answer's last byte
    /// @param bytes       of the functions' answers
    /// @param errors      answers that were not what a working function answers
    /// @param nanos       from the first call to the last answer
    /// @param signing     what signatures cost the generator: nanoseconds of all calls
    public record Result(Histogram firstByte, Histogram whole, long bytes, long errors, long nanos, long signing) {}

    private StreamLoop(Load load, long pauseNanos) {
        this.load = load;
        this.pauseNanos = pauseNanos;
    }

    /// Runs the load.
    ///
    /// @param load       with the number of bytes that the function answers
    /// @param pauseNanos of a caller between the end of an answer and the next call
    public static Result run(Load load, long pauseNanos) throws IOException, InterruptedException {
        return new StreamLoop(load, pauseNanos).run();
    }

    private Result run() throws IOException, InterruptedException {
        var parts = new ArrayList<Future<Result>>();
        long begun = System.nanoTime();
        try (var threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("caller").factory())) {
            for (int i = 0; i < load.callers(); i++) {
                parts.add(threads.submit(() -> call(begun + load.time().toNanos())));
            }
            var results = new ArrayList<Result>();
            for (var part : parts) {
                results.add(part.get());
            }
            return sum(results, System.nanoTime() - begun);
        } catch (ExecutionException failed) {
            throw new IOException("A stream failed: " + failed.getCause(), failed.getCause());
        }
    }

    private Result call(long endNanos) throws IOException {
        var firstByte = LoadResult.histogram();
        var whole = LoadResult.histogram();
        long bytes = 0;
        long errors = 0;
        var requests = load.requests().get();
        var answer = new StreamedAnswer();
        long begun = System.nanoTime();
        try (var channel = load.target().connect()) {
            do {
                var request = requests.next();
                long sent = System.nanoTime();
                while (request[0].hasRemaining() || request[1].hasRemaining()) {
                    channel.write(request);
                }
                answer.read(channel);
                long now = System.nanoTime();
                bytes += answer.payloadBytes();
                if (answer.succeeded() && answer.payloadBytes() == load.bodyBytes()) {
                    LoadResult.record(firstByte, answer.firstByteNanos() - sent);
                    LoadResult.record(whole, now - sent);
                } else {
                    errors++;
                }
                pause(now + pauseNanos);
            } while (System.nanoTime() < endNanos);
        }
        long signing = requests instanceof SignedRequests signed ? signed.signingNanos() : 0;
        return new Result(firstByte, whole, bytes, errors, System.nanoTime() - begun, signing);
    }

    private static void pause(long untilNanos) {
        for (long left = untilNanos - System.nanoTime(); left > 0; left = untilNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static Result sum(List<Result> parts, long nanos) {
        var firstByte = LoadResult.histogram();
        var whole = LoadResult.histogram();
        parts.forEach(part -> {
            firstByte.add(part.firstByte());
            whole.add(part.whole());
        });
        return new Result(
                firstByte,
                whole,
                parts.stream().mapToLong(Result::bytes).sum(),
                parts.stream().mapToLong(Result::errors).sum(),
                nanos,
                parts.stream().mapToLong(Result::signing).sum());
    }
}
