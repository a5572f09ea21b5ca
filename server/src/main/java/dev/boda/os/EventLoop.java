package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One platform thread that waits, by `epoll(7)`, for all descriptors and calls back when one can be read.
///
/// A callback is called again and again while there is something to read, in turn with the others: it takes a
/// bounded bite and returns. It may still run once after its registration was closed.
public final class EventLoop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventLoop.class);

    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLLIN = 1;
    private static final int EPOLLPRI = 2;
    private static final int EVENTS_PER_WAIT = 256;

    /// `struct epoll_event` is packed on x86_64 only.
    private static final int EVENT_BYTES = Architecture.isX86() ? 12 : 16;

    private static final int EVENT_KEY = Architecture.isX86() ? 4 : 8;
    private static final ValueLayout.OfLong KEY = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final long STOP = 0;

    private final Descriptor epoll;
    private final Descriptor stop;
    private final Thread thread;
    private final AtomicLong keys = new AtomicLong(STOP);
    private final Map<Long, Runnable> callbacks = new ConcurrentHashMap<>();

    private EventLoop(Descriptor epoll, Descriptor stop, String name) {
        this.epoll = epoll;
        this.stop = stop;
        this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    }

    /// Starts the loop on a thread of this name.
    public static EventLoop start(String name) throws OsException {
        var epoll = new Descriptor(Libc.check("", SystemCall.EPOLL_CREATE1, EPOLL_CLOEXEC));
        var stop = new Descriptor(Libc.check("", SystemCall.EVENTFD2, 0, EFD_CLOEXEC));
        var loop = new EventLoop(epoll, stop, name);
        loop.control(EPOLL_CTL_ADD, EPOLLIN, stop, STOP);
        loop.thread.start();
        return loop;
    }

    /// A descriptor's place in the loop. Close it before the descriptor.
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /// Calls `whenReadable` on the loop's thread while `descriptor` can be read or is at its end.
    public Registration register(Descriptor descriptor, Runnable whenReadable) throws OsException {
        return register(descriptor, EPOLLIN, whenReadable);
    }

    /// Calls `whenChanged` on the loop's thread while a file of the kernel's says something else than when it was last
    /// read. Such files can always be read.
    public Registration registerChanges(Descriptor descriptor, Runnable whenChanged) throws OsException {
        return register(descriptor, EPOLLPRI, whenChanged);
    }

    private Registration register(Descriptor descriptor, int events, Runnable callback) throws OsException {
        long key = keys.incrementAndGet();
        callbacks.put(key, callback);
        try {
            control(EPOLL_CTL_ADD, events, descriptor, key);
        } catch (OsException refused) {
            callbacks.remove(key);
            throw refused;
        }
        return () -> {
            if (callbacks.remove(key) != null) {
                forget(descriptor);
            }
        };
    }

    private void forget(Descriptor descriptor) {
        try {
            control(EPOLL_CTL_DEL, 0, descriptor, STOP);
        } catch (OsException gone) {
            log.debug("A descriptor left the loop before it was taken out", gone);
        }
    }

    private void control(int operation, int events, Descriptor descriptor, long key) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var event = arena.allocate(EVENT_BYTES, 8);
            event.set(JAVA_INT, 0, events);
            event.set(KEY, EVENT_KEY, key);
            Libc.check("", SystemCall.EPOLL_CTL, epoll.number(), operation, descriptor.number(), event.address());
        }
    }

    private void run() {
        try (var arena = Arena.ofConfined()) {
            var events = arena.allocate((long) EVENT_BYTES * EVENTS_PER_WAIT, 8);
            while (dispatch(events)) {}
        } catch (OsException broken) {
            log.error("The loop of {} has ended", thread.getName(), broken);
        }
    }

    private boolean dispatch(MemorySegment events) throws OsException {
        long count =
                Libc.check("", SystemCall.EPOLL_PWAIT, epoll.number(), events.address(), EVENTS_PER_WAIT, -1, 0, 8);
        for (long i = 0; i < count; i++) {
            long key = events.get(KEY, i * EVENT_BYTES + EVENT_KEY);
            if (key == STOP) {
                return false;
            }
            var callback = callbacks.get(key);
            if (callback != null) {
                guarded(callback);
            }
        }
        return true;
    }

    private static void guarded(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException | Error fault) {
            // Whatever it is, the loop must go on: it is not this reader's alone.
            log.error("A reader of a descriptor failed", fault);
        }
    }

    /// Ends the thread and waits for it. Registrations are forgotten; their descriptors stay their owners'.
    @Override
    public void close() {
        if (!stop.isOpen()) {
            return;
        }
        try (var arena = Arena.ofConfined()) {
            var one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
            Libc.call(SystemCall.WRITE, stop.number(), one.address(), one.byteSize());
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        callbacks.clear();
        stop.close();
        epoll.close();
    }
}
