package dev.boda.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Which control group hierarchies this machine has mounted.
///
/// @param unified     whether there is a version 2 hierarchy
/// @param controllers of the version 1 hierarchies, in the order they are mounted: `memory`, `cpu`, `pids`, …
public record ControlGroupHierarchies(boolean unified, List<String> controllers) {

    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    public ControlGroupHierarchies {
        controllers = List.copyOf(controllers);
    }

    /// Reads the mounts of this process; nothing is found where there is no `/proc`.
    public static ControlGroupHierarchies find() throws IOException {
        boolean unified = false;
        var controllers = new ArrayList<String>();
        for (var line : Files.exists(MOUNTS) ? Files.readAllLines(MOUNTS) : List.<String>of()) {
            // See proc(5): the file system's type follows a dash of its own.
            var type = line.substring(line.indexOf(" - ") + 3).split(" ", -1);
            if (type[0].equals("cgroup2")) {
                unified = true;
            } else if (type[0].equals("cgroup")) {
                controllers.add(line.split(" ", -1)[4].replaceAll(".*/", ""));
            }
        }
        return new ControlGroupHierarchies(unified, controllers);
    }

    /// In a person's words.
    public String describe() {
        if (unified) {
            return controllers.isEmpty() ? "version 2" : "hybrid: version 2, and version 1 for " + names();
        }
        return controllers.isEmpty() ? "none mounted" : "version 1: " + names();
    }

    private String names() {
        return String.join(", ", controllers);
    }
}
