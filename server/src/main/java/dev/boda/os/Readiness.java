package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.time.Duration;

/// Waits for one descriptor, by `ppoll(2)`.
final class Readiness {

    static final short POLLIN = 1;
    static final short POLLPRI = 2;
    static final short POLLOUT = 4;

    private static final int POLLFD_BYTES = 8;

    private Readiness() {}

    /// Whether one of `events` came in time. Blocks: call it on a platform thread.
    static boolean await(Descriptor descriptor, short events, Duration atMost) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var pollfd = arena.allocate(POLLFD_BYTES, 8);
            pollfd.set(JAVA_INT, 0, descriptor.number());
            pollfd.set(JAVA_SHORT, 4, events);
            var limit = arena.allocate(JAVA_LONG, 2);
            limit.setAtIndex(JAVA_LONG, 0, atMost.toSeconds());
            limit.setAtIndex(JAVA_LONG, 1, atMost.toNanosPart());
            return Libc.check("", SystemCall.PPOLL, pollfd.address(), 1, limit.address(), 0, 0) > 0;
        }
    }
}
