package dev.boda.sandbox.egress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the calling thread may do, as the kernel tells it in `/proc/thread-self/status` (`capabilities(7)`).
record Capabilities(long effective) {

    private static final long NET_ADMIN = 1L << 12;
    private static final long SYS_ADMIN = 1L << 21;
    private static final String EFFECTIVE = "CapEff:";
    private static final int HEXADECIMAL = 16;

    static Capabilities ofThisThread() {
        try (var lines = Files.lines(Path.of("/proc/thread-self/status"))) {
            return lines.filter(line -> line.startsWith(EFFECTIVE))
                    .map(line -> line.substring(EFFECTIVE.length()).strip())
                    .map(digits -> new Capabilities(Long.parseUnsignedLong(digits, HEXADECIMAL)))
                    .findFirst()
                    .orElse(new Capabilities(0));
        } catch (IOException unknown) {
            return new Capabilities(0);
        }
    }

    /// Links and rules want the one, entering another's namespace the other.
    boolean areEnough() {
        return (effective & NET_ADMIN) != 0 && (effective & SYS_ADMIN) != 0;
    }
}
