package dev.boda.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.AbstractEventExecutor;

/// Tasks for an I/O thread, from whichever thread. One from a virtual thread that it carries needs no wake-up: the I/O
/// thread is awake, and looks for tasks before it sleeps. Besides costing time, waking takes a lock that the I/O thread
/// takes itself, and would wait for in vain behind a thread that only it can carry on.
final class Carrier {

    private static final ScopedValue<EventLoop> OF_THIS_THREAD = ScopedValue.newInstance();

    private Carrier() {}

    /// Runs `task` on the current thread, a virtual one that is carried by `loop` as long as that runs.
    static void carries(EventLoop loop, Runnable task) {
        ScopedValue.where(OF_THIS_THREAD, loop).run(task);
    }

    /// Any thread: has `loop` run `task`, or throws [java.util.concurrent.RejectedExecutionException].
    static void execute(EventLoop loop, Runnable task) {
        boolean awake = OF_THIS_THREAD.isBound() && OF_THIS_THREAD.get().equals(loop);
        if (awake && loop instanceof AbstractEventExecutor patient) {
            patient.lazyExecute(task);
        } else {
            loop.execute(task);
        }
    }
}
