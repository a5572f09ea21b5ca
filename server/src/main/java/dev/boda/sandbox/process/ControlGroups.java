package dev.boda.sandbox.process;

import dev.boda.os.ControlGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The server's control group with one below for each sandbox. Its place is written down, so that a later server on
/// the same folder finds what this one left.
final class ControlGroups {

    private static final String RECORD = "control-group";
    private static final Duration LONGEST_KILL = Duration.ofSeconds(10);

    private final ControlGroup parent;
    private final Path record;

    private ControlGroups(ControlGroup parent, Path record) {
        this.parent = parent;
        this.record = record;
    }

    /// Makes the server's group, where the machine has version 2 and allows it.
    static Optional<ControlGroups> start(Path stateFolder) throws IOException {
        var own = ControlGroup.own();
        if (own.isEmpty()) {
            return Optional.empty();
        }
        var place = own.get().resolve(name(stateFolder));
        var record = stateFolder.resolve(RECORD);
        Files.writeString(record, place.toString());
        var parent = ControlGroup.create(place);
        if (!parent.canKill()) {
            parent.remove();
            return Optional.empty();
        }
        return Optional.of(new ControlGroups(parent, record));
    }

    /// Ends what an earlier server on this folder left running.
    static void removeLeftovers(Path stateFolder) throws IOException {
        var record = stateFolder.resolve(RECORD);
        if (Files.exists(record)) {
            var place = Path.of(Files.readString(record));
            // A kill, or a full disk, may have cut the record short: then it names nothing, or a group of others.
            if (place.endsWith(name(stateFolder))) {
                remove(new ControlGroup(place));
            }
            Files.delete(record);
        }
    }

    private static String name(Path stateFolder) {
        return "boda-" + Integer.toHexString(stateFolder.toString().hashCode());
    }

    private static void remove(ControlGroup group) throws IOException {
        if (!Files.isDirectory(group.folder())) {
            return;
        }
        group.kill(LONGEST_KILL);
        for (var child : group.children()) {
            remove(child);
        }
        group.remove();
    }

    /// A group for one sandbox.
    ControlGroup create(String name) throws IOException {
        return ControlGroup.create(parent.folder().resolve(name));
    }

    void close() throws IOException {
        remove(parent);
        Files.deleteIfExists(record);
    }
}
