package dev.boda.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What probes found out before, in a file of the data directory, so that a start need not run every interpreter. A
/// line a program; it holds as long as program and runtime clients are unchanged. A program that only leads to the
/// interpreter is not kept: what it leads to can change without it. Losing the file costs a second.
final class ProbeCache {

    private static final String HEADER = "boda interpreters 1";
    private static final int FIELDS = 4;

    private final Path file;
    private final String clientsStamp;
    private final Map<String, Interpreter> known = new ConcurrentHashMap<>();

    /// @param file         need not exist
    /// @param clientsStamp changes with the runtime clients
    ProbeCache(Path file, String clientsStamp) {
        this.file = file;
        this.clientsStamp = clientsStamp;
    }

    void load() {
        try {
            var lines = Files.readAllLines(file);
            if (!lines.isEmpty() && lines.getFirst().equals(HEADER)) {
                lines.stream().skip(1).forEach(this::read);
            }
        } catch (IOException _) {
            // There is none yet, or it is of no use: everything is probed.
        }
    }

    Optional<Interpreter> find(Path program) {
        var stamp = stamp(program);
        return stamp == null ? Optional.empty() : Optional.ofNullable(known.get(stamp));
    }

    void keep(Path program, Interpreter interpreter) {
        var stamp = stamp(program);
        if (stamp != null && interpreter.path().equals(program)) {
            known.put(stamp, interpreter);
        }
    }

    void save() {
        var text = new StringBuilder(HEADER).append('\n');
        new TreeMap<>(known)
                .forEach((stamp, interpreter) -> text.append(String.join(
                                "\t",
                                stamp,
                                interpreter.language(),
                                interpreter.version(),
                                interpreter.path().toString()))
                        .append('\n'));
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException _) {
            // The next start probes again.
        }
    }

    private void read(String line) {
        var fields = line.split("\t", -1);
        if (fields.length == FIELDS) {
            known.put(fields[0], new Interpreter(fields[1], fields[2], Path.of(fields[FIELDS - 1])));
        }
    }

    private @Nullable String stamp(Path program) {
        try {
            return program + ":" + Files.size(program) + ":"
                    + Files.getLastModifiedTime(program).toMillis() + ":" + clientsStamp;
        } catch (IOException _) {
            return null;
        }
    }
}
