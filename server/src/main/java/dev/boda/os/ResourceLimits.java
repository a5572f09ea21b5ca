package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;

/// The hard limits of this process: more it cannot give to any other.
///
/// @param openFiles of a process
/// @param processes of a user, threads counted
public record ResourceLimits(long openFiles, long processes) {

    private static final int RLIMIT_NPROC = 6;
    private static final int RLIMIT_NOFILE = 7;

    public static ResourceLimits ofThisProcess() throws OsException {
        return new ResourceLimits(hard(RLIMIT_NOFILE), hard(RLIMIT_NPROC));
    }

    private static long hard(int resource) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var limits = arena.allocate(JAVA_LONG, 2);
            Libc.check("", SystemCall.PRLIMIT64, 0, resource, 0, limits.address());
            long hard = limits.getAtIndex(JAVA_LONG, 1);
            // No limit is the largest number without a sign.
            return hard < 0 ? Long.MAX_VALUE : hard;
        }
    }
}
