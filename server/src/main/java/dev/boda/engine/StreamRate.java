package dev.boda.engine;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How fast a streamed answer may go: 2 MB a second behind the first 6 MB, as on AWS.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>
public final class StreamRate {

    static final long FREE_BYTES = 6L << 20;
    static final long BYTES_PER_SECOND = 2L << 20;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final EngineClock clock;

    public StreamRate(EngineClock clock) {
        this.clock = clock;
    }

    /// An answer that goes no faster. Who writes it waits.
    public ResponseSink limit(ResponseSink answer) {
        return new Limited(answer, clock);
    }

    private static final class Limited implements ResponseSink {

        private final ResponseSink behind;
        private final EngineClock clock;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition due = lock.newCondition();
        // Of the thread that writes.
        private boolean streamed;
        private long writtenBytes;
        private long next;

        Limited(ResponseSink behind, EngineClock clock) {
            this.behind = behind;
            this.clock = clock;
        }

        @Override
        public void begin(String contentType, boolean asStream) throws IOException {
            streamed = asStream;
            writtenBytes = 0;
            behind.begin(contentType, asStream);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            behind.write(bytes, offset, length);
            writtenBytes += length;
            long beyond = Math.min(length, writtenBytes - FREE_BYTES);
            if (streamed && beyond > 0) {
                // Time in which nothing was written is not saved up.
                next = Math.max(next, clock.nanos()) + beyond * NANOS_PER_SECOND / BYTES_PER_SECOND;
                awaitTime(next);
            }
        }

        private void awaitTime(long nanos) throws IOException {
            lock.lock();
            try {
                while (clock.nanos() < nanos) {
                    clock.await(lock, due, nanos);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("Interrupted while a streamed answer was held back");
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void complete() throws IOException {
            behind.complete();
        }
    }
}
