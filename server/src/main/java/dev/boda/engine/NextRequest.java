package dev.boda.engine;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A runtime that asks for its next invocation. Belongs to the thread that opened it, except [#abandon()].
///
/// Its thread sleeps by itself, not in the environment's monitor: the JDK wakes a virtual thread that waits in a
/// monitor by way of another thread, which took longer than all the rest of placing an invocation.
public final class NextRequest {

    private final ExecutionEnvironment environment;
    private volatile @Nullable Thread sleeper;

    NextRequest(ExecutionEnvironment environment) {
        this.environment = environment;
    }

    /// What the runtime gets.
    ///
    /// @param deadlineMillis when the function's timeout passes, in milliseconds since 1970
    public record Event(Invocation invocation, long deadlineMillis) {}

    /// Blocks until there is an invocation. Refuses when the environment ends, when this request was abandoned, or when
    /// the runtime has asked again since.
    public Event await() throws RuntimeRefusedException, InterruptedException {
        return environment.await(this);
    }

    /// The calling thread is about to [#sleep()]; being woken from here on is not missed.
    void willSleep() {
        sleeper = Thread.currentThread();
    }

    /// Sleeps until it is woken, or for no reason.
    void sleep() throws InterruptedException {
        LockSupport.park(this);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /// Any thread: there may be something.
    void wake() {
        var thread = sleeper;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /// The runtime's connection is gone: no event can reach it through this request, or the one that [#await()]
    /// returned did not get through whole. The environment ends; an invocation that was on its way goes to another
    /// one. May be called from any thread, also an I/O thread: it does not block.
    public void abandon() {
        environment.abandon(this);
    }
}
