package dev.boda.http;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The virtual threads that run handlers: ordinary ones, and for each I/O thread such as it carries itself, between its
/// other work. What those do for each other and for the connections of their I/O thread wakes no other thread, which
/// costs more than all else in a brief request. They block as any virtual thread does.
///
/// The JDK has such threads and no public way to them: who carries a virtual thread is an argument of a constructor
/// that is not public. The jar's manifest opens its package; where it is not open, all threads are ordinary.
///
/// @param ordinary carried by the JDK's own threads
/// @param byLoop   carried by an I/O thread
record HandlerThreads(ThreadFactory ordinary, Map<EventExecutor, ThreadFactory> byLoop) {

    private static final Logger LOG = LoggerFactory.getLogger(HandlerThreads.class);
    private static final String NAME = "http";
    private static final String BUILDER = "java.lang.ThreadBuilders$VirtualThreadBuilder";

    static HandlerThreads of(EventLoopGroup loops) {
        var byLoop = new HashMap<EventExecutor, ThreadFactory>();
        try {
            var constructor = Class.forName(BUILDER).getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            for (var loop : loops) {
                byLoop.put(loop, carriedBy((EventLoop) loop, constructor));
            }
        } catch (ReflectiveOperationException | InaccessibleObjectException closed) {
            LOG.debug("All requests run on ordinary virtual threads", closed);
        }
        return new HandlerThreads(Thread.ofVirtual().name(NAME).factory(), Map.copyOf(byLoop));
    }

    ThreadFactory carriedBy(EventLoop loop) {
        return byLoop.getOrDefault(loop, ordinary);
    }

    private static ThreadFactory carriedBy(EventLoop loop, Constructor<?> constructor)
            throws ReflectiveOperationException {
        Executor carrier = step -> carry(step, loop);
        var threads = ((Thread.Builder.OfVirtual) constructor.newInstance(carrier))
                .name(NAME)
                .factory();
        return task -> threads.newThread(() -> Carrier.carries(loop, task));
    }

    /// By another thread if the I/O thread has ended: whoever still waits for something goes on, and comes to its end.
    private static void carry(Runnable step, EventLoop loop) {
        try {
            Carrier.execute(loop, step);
        } catch (RejectedExecutionException ended) {
            ForkJoinPool.commonPool().execute(step);
        }
    }
}
