package dev.boda.bench.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a process has of the machine's memory.
public final class ResidentMemory {

    private static final String FORGET_PEAK = "5";

    private ResidentMemory() {}

    /// Now (VmRSS), in MB.
    public static long megabytes(long pid) throws IOException {
        return megabytes(pid, "VmRSS:");
    }

    /// At most (VmHWM), in MB, since [#forgetPeak].
    public static long peakMegabytes(long pid) throws IOException {
        return megabytes(pid, "VmHWM:");
    }

    /// From now on the peak counts anew.
    public static void forgetPeak(long pid) throws IOException {
        Files.writeString(file(pid, "clear_refs"), FORGET_PEAK);
    }

    private static long megabytes(long pid, String field) throws IOException {
        var status = file(pid, "status");
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
                    .findFirst()
                    .orElseThrow(() -> new IOException(status + " has no " + field));
        }
    }

    private static Path file(long pid, String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }
}
