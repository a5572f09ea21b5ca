package dev.boda.sandbox.groups;

import dev.boda.os.ControlGroup;
import dev.boda.os.EventLoop;
import dev.boda.os.MemoryEvents;
import dev.boda.os.MemoryNotice;
import dev.boda.os.OsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rings when a group comes near its limit of memory or has reached it, maybe for files that the kernel could drop.
final class MemoryAlarm implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MemoryAlarm.class);

    private final EventLoop.Registration registration;
    private final Runnable end;

    private MemoryAlarm(EventLoop.Registration registration, Runnable end) {
        this.registration = registration;
        this.end = end;
    }

    /// @param atBytes rings when the use passes it, and at the limit
    /// @param ring    called by the loop's thread
    static MemoryAlarm ofVersionOne(ControlGroup group, long atBytes, EventLoop loop, Runnable ring)
            throws OsException {
        var notice = MemoryNotice.open(group, atBytes);
        try {
            var registration = loop.register(notice.descriptor(), () -> ring(notice::reset, ring));
            return new MemoryAlarm(registration, notice::close);
        } catch (OsException refused) {
            notice.close();
            throw refused;
        }
    }

    /// Rings at `memory.high` and at the limit.
    static MemoryAlarm ofVersionTwo(ControlGroup group, EventLoop loop, Runnable ring) throws OsException {
        var events = MemoryEvents.open(group);
        try {
            var registration = loop.registerChanges(events.descriptor(), () -> ring(events::reset, ring));
            return new MemoryAlarm(registration, events::close);
        } catch (OsException refused) {
            events.close();
            throw refused;
        }
    }

    private interface Reset {
        void reset() throws OsException;
    }

    private static void ring(Reset reset, Runnable ring) {
        try {
            reset.reset();
        } catch (OsException unreadable) {
            log.error("Whether memory is scarce is not known", unreadable);
        }
        ring.run();
    }

    @Override
    public void close() {
        registration.close();
        end.run();
    }
}
