package dev.boda.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// How much memory there is for this process and all that it starts: the machine's, or what the control groups allow
/// that it is in, if that is less.
public final class MachineMemory {

    private static final Path INFORMATION = Path.of("/proc/meminfo");
    private static final String TOTAL = "MemTotal:";
    private static final String LIMIT_OF_ALL_ABOVE = "hierarchical_memory_limit ";
    private static final int KILOBYTE = 1_024;

    private MachineMemory() {}

    /// In bytes.
    public static long bytes() throws IOException {
        return bytes(INFORMATION, ControlGroupHierarchies.find());
    }

    static long bytes(Path information, ControlGroupHierarchies hierarchies) throws IOException {
        long bytes = number(Files.readString(information), TOTAL) * KILOBYTE;
        var versionOne = hierarchies.controllers().get("memory");
        if (versionOne != null) {
            long limit = number(versionOne.get("memory.stat"), LIMIT_OF_ALL_ABOVE);
            bytes = limit > 0 ? Math.min(bytes, limit) : bytes;
        }
        for (var at = hierarchies.unified(); at.isPresent(); at = at.flatMap(ControlGroup::parent)) {
            bytes = Math.min(bytes, limit(at).orElse(bytes));
        }
        return bytes;
    }

    private static Optional<Long> limit(Optional<ControlGroup> group) throws IOException {
        var text = group.isEmpty() ? "" : group.get().get("memory.max").strip();
        return text.isEmpty() || text.equals("max") ? Optional.empty() : Optional.of(Long.parseLong(text));
    }

    private static long number(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).replace("kB", "").strip())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }
}
