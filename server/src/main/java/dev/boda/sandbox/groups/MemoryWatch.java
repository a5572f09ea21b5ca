package dev.boda.sandbox.groups;

import dev.boda.os.ControlGroup;
import dev.boda.os.EventLoop;
import dev.boda.os.MemoryNotice;
import dev.boda.os.OsException;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after a memory group of version 1, whose kernel kills one process, where on AWS the environment ends. Called
/// by the loop's thread.
final class MemoryWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MemoryWatch.class);

    /// Less room than this, in bytes, and a group counts as full: the kernel charges memory ahead, by some pages.
    private static final long ROOM = 1_048_576;

    private final ControlGroup group;
    private final LongSupplier limitBytes;
    private final MemoryNotice notice;
    private final EventLoop.Registration registration;
    private final Runnable whenOut;

    private MemoryWatch(
            ControlGroup group, LongSupplier limitBytes, MemoryNotice notice, EventLoop loop, Runnable whenOut)
            throws OsException {
        this.group = group;
        this.limitBytes = limitBytes;
        this.notice = notice;
        this.whenOut = whenOut;
        this.registration = loop.register(notice.descriptor(), this::look);
    }

    /// @param whenOut is run when the group itself has no memory left, maybe several times
    static MemoryWatch start(ControlGroup group, LongSupplier limitBytes, EventLoop loop, Runnable whenOut)
            throws OsException {
        var notice = MemoryNotice.open(group);
        try {
            return new MemoryWatch(group, limitBytes, notice, loop, whenOut);
        } catch (OsException refused) {
            notice.close();
            throw refused;
        }
    }

    private void look() {
        try {
            notice.reset();
            if (isOut()) {
                whenOut.run();
            }
        } catch (IOException unreadable) {
            log.error("Whether a sandbox ran out of memory is not known", unreadable);
        }
    }

    /// The kernel tells it of a group above as well: of the one that all sandboxes are in, or of the
    /// server's. It tells before it kills, when it has dropped what files it could; a group may be full of
    /// those when another one wants memory.
    private boolean isOut() throws IOException {
        if (Version.ONE.outOfMemoryKills(group) > 0) {
            return true;
        }
        long limit = limitBytes.getAsLong();
        return Version.ONE.chargedMemory(group) > limit - ROOM && Version.ONE.usedMemory(group) > limit - limit / 8;
    }

    @Override
    public void close() {
        registration.close();
        notice.close();
    }
}
