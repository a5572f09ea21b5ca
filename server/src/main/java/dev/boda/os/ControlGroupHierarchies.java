package dev.boda.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which control group hierarchies this machine has mounted, and in each the group of this process: below it is where
/// it may make others.
///
/// @param unified     its group in the version 2 hierarchy, if one is mounted
/// @param controllers its groups in the version 1 hierarchies by controller, `memory`, `cpu`, `pids`, …, in the order
///                    these are mounted
public record ControlGroupHierarchies(Optional<ControlGroup> unified, Map<String, ControlGroup> controllers) {

    private static final Path SELF = Path.of("/proc/self");

    private static final int MOUNT_ROOT = 3;
    private static final int MOUNT_POINT = 4;
    private static final String OCTAL_SPACE = "\\040";

    public ControlGroupHierarchies {
        controllers = Collections.unmodifiableMap(new LinkedHashMap<>(controllers));
    }

    /// Reads the mounts of this process; nothing is found where there is no `/proc`.
    public static ControlGroupHierarchies find() throws IOException {
        return find(SELF);
    }

    /// The same by another folder than `/proc/self`.
    public static ControlGroupHierarchies find(Path self) throws IOException {
        if (!Files.exists(self.resolve("mountinfo")) || !Files.exists(self.resolve("cgroup"))) {
            return new ControlGroupHierarchies(Optional.empty(), Map.of());
        }
        var memberships = Files.readAllLines(self.resolve("cgroup")).stream()
                .map(Membership::parse)
                .toList();
        Optional<ControlGroup> unified = Optional.empty();
        var controllers = new LinkedHashMap<String, ControlGroup>();
        for (var line : Files.readAllLines(self.resolve("mountinfo"))) {
            var mount = Mount.parse(line);
            for (var membership : memberships) {
                var own = membership.in(mount).map(ControlGroup::new);
                if (own.isPresent() && membership.controllers().isEmpty()) {
                    unified = unified.or(() -> own);
                } else if (own.isPresent()) {
                    membership.controllers().forEach(name -> controllers.putIfAbsent(name, own.get()));
                }
            }
        }
        return new ControlGroupHierarchies(unified, controllers);
    }

    /// In a person's words.
    public String describe() {
        if (unified.isPresent()) {
            return controllers.isEmpty() ? "version 2" : "hybrid: version 2, and version 1 for " + names();
        }
        return controllers.isEmpty() ? "none mounted" : "version 1: " + names();
    }

    private String names() {
        return String.join(", ", controllers.keySet());
    }

    /// A line of `/proc/self/cgroup`, see cgroups(7).
    ///
    /// @param controllers none for version 2
    private record Membership(List<String> controllers, Path path) {

        static Membership parse(String line) {
            var fields = line.split(":", 3);
            var names = Arrays.stream(fields[1].split(","))
                    .filter(name -> !name.isEmpty())
                    .map(name -> name.replaceFirst("^name=", ""))
                    .toList();
            return new Membership(names, Path.of(fields[2]));
        }

        /// Where this mount shows the group. Nowhere if it shows another part of the hierarchy.
        Optional<Path> in(Mount mount) {
            boolean same = controllers.isEmpty()
                    ? mount.type().equals("cgroup2")
                    : mount.type().equals("cgroup") && mount.options().containsAll(controllers);
            return same && path.startsWith(mount.root())
                    ? Optional.of(mount.point().resolve(mount.root().relativize(path)))
                    : Optional.empty();
        }
    }

    /// A line of `/proc/self/mountinfo`, see proc(5): the file system's type follows a dash of its own.
    private record Mount(Path root, Path point, String type, List<String> options) {

        static Mount parse(String line) {
            int dash = line.indexOf(" - ");
            var fields = line.substring(0, dash).split(" ", -1);
            var of = line.substring(dash + " - ".length()).split(" ", -1);
            var options = Arrays.stream(of[of.length - 1].split(","))
                    .map(option -> option.replaceFirst("^name=", ""))
                    .toList();
            return new Mount(path(fields[MOUNT_ROOT]), path(fields[MOUNT_POINT]), of[0], options);
        }

        private static Path path(String escaped) {
            return Path.of(escaped.replace(OCTAL_SPACE, " "));
        }
    }
}
