package dev.boda.sandbox.process;

import dev.boda.sandbox.SandboxSpec.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Where paths inside a sandbox lie on the machine.
public record InsidePaths(List<Mount> mounts) {

    public InsidePaths {
        mounts = mounts.stream()
                .sorted(Comparator.comparingInt((Mount mount) -> mount.inside().length())
                        .reversed())
                .toList();
    }

    /// The machine's path for `inside`; itself where nothing is mounted.
    String onMachine(String inside) {
        for (var mount : mounts) {
            if (inside.equals(mount.inside())) {
                return mount.source().toString();
            }
            if (inside.startsWith(mount.inside() + "/")) {
                return mount.source() + inside.substring(mount.inside().length());
            }
        }
        return inside;
    }

    /// The same for each path of a list such as `PATH`'s.
    String listOnMachine(String list) {
        return Arrays.stream(list.split(":", -1)).map(this::onMachine).collect(Collectors.joining(":"));
    }

    /// The path inside of a program: the name itself if it is one, else the first match in the list `path`.
    public String program(String name, String path) {
        if (name.contains("/")) {
            return name;
        }
        return Arrays.stream(path.split(":", -1))
                .map(folder -> folder + "/" + name)
                .filter(file -> Files.isExecutable(Path.of(onMachine(file))))
                .findFirst()
                .orElse(name);
    }
}
