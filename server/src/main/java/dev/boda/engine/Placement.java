package dev.boda.engine;

import dev.boda.telemetry.EnvironmentLog;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One invocation on its way: where its caller waits, whatever environment it ends up in. It has one owner at a time
/// (the queue of its version, or the environment it is placed in), which ends it, and frees its slot, once.
final class Placement {

    private final Invocation invocation;
    private final ResponseSink sink;
    private final Slot slot;
    private final EngineClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by lock.
    private boolean placed;
    /// Of the environment it is in: the log in which START may be written.
    private @Nullable EnvironmentLog log;

    private boolean logStarted;
    private @Nullable InvocationResult result;
    private @Nullable Exception refusal;
    // Set once, when the caller has gone: from then on nothing reaches the sink.
    private volatile boolean callerGone;
    // Of the owner.
    private int attempts;
    private long startedAt;
    private long deadlineMillis;

    Placement(Invocation invocation, ResponseSink sink, Slot slot, EngineClock clock) {
        this.invocation = invocation;
        this.sink = sink;
        this.slot = slot;
        this.clock = clock;
    }

    Invocation invocation() {
        return invocation;
    }

    Slot slot() {
        return slot;
    }

    /// Counts the times it is placed; called by its owner.
    int nextAttempt() {
        return ++attempts;
    }

    /// Its time begins to count. Called by its owner.
    ///
    /// @param own the owner's log, which gets its START
    /// @return when the function's timeout passes, on the engine's clock
    long begin(EnvironmentLog own) {
        lock.lock();
        try {
            log = own;
            logStarted = false;
        } finally {
            lock.unlock();
        }
        var timeout = Duration.ofSeconds(invocation.version().timeoutSeconds());
        startedAt = clock.nanos();
        deadlineMillis = clock.epochMillis() + timeout.toMillis();
        return startedAt + timeout.toNanos();
    }

    long startedAt() {
        return startedAt;
    }

    /// When the function's timeout passes, in milliseconds since 1970.
    long deadlineMillis() {
        return deadlineMillis;
    }

    /// Waits for the end. When the waiting thread is interrupted the caller has hung up: the invocation goes on.
    InvocationResult await() throws InterruptedException, ThrottledException, EnvironmentUnavailableException {
        lock.lock();
        try {
            while (result == null) {
                switch (refusal) {
                    case null -> changed.await();
                    case ThrottledException e -> throw e;
                    case EnvironmentUnavailableException e -> throw e;
                    case Exception e -> throw new IllegalStateException(e);
                }
            }
            return result;
        } catch (InterruptedException e) {
            hangUp();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /// Whether it is in an environment, or over, by `deadlineNanos`.
    boolean awaitPlaced(long deadlineNanos) throws InterruptedException {
        lock.lock();
        try {
            while (!placed && result == null && refusal == null) {
                if (clock.nanos() >= deadlineNanos) {
                    return false;
                }
                clock.await(lock, changed, deadlineNanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// An environment has it.
    void placed() {
        lock.lock();
        try {
            placed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ends it; the first result stands.
    void complete(InvocationResult end) {
        lock.lock();
        try {
            if (result == null && refusal == null) {
                result = end;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Ends it without a result: the platform's fault. Frees the slot.
    void refuse(Exception reason) {
        slot.free();
        lock.lock();
        try {
            if (result == null && refusal == null) {
                refusal = reason;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Nobody waits for the answer any more.
    void hangUp() {
        callerGone = true;
    }

    /// Whether its caller still waits for a result.
    boolean running() {
        lock.lock();
        try {
            return result == null && refusal == null;
        } finally {
            lock.unlock();
        }
    }

    void begin(String contentType, boolean streamed) throws IOException {
        if (!callerGone) {
            sink.begin(contentType, streamed);
        }
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        if (!callerGone) {
            sink.write(bytes, offset, length);
        }
    }

    void finish() throws IOException {
        if (!callerGone) {
            sink.complete();
        }
    }

    /// Writes START, once: by whoever delivers it or, if it never was, by whoever ends it. Does nothing in the log of
    /// an environment that the invocation has left, whose delivery may come late.
    void startLog(EnvironmentLog own) {
        lock.lock();
        try {
            if (log == own && !logStarted) {
                logStarted = true;
                own.start(invocation.requestId(), invocation.tail());
            }
        } finally {
            lock.unlock();
        }
    }

    /// The invocation leaves the environment it is in; the next one writes START again.
    ///
    /// @return whether START was written
    boolean leaveLog() {
        lock.lock();
        try {
            log = null;
            return logStarted;
        } finally {
            lock.unlock();
        }
    }
}
