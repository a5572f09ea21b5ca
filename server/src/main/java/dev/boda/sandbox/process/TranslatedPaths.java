package dev.boda.sandbox.process;

import dev.boda.os.Descriptor;
import dev.boda.os.OsException;
import dev.boda.os.ProcessSpawn;
import dev.boda.sandbox.ProgramRefusedException;
import dev.boda.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.SortedMap;

/// Nothing is mounted: the command and its variables get the machine's paths instead of those inside.
final class TranslatedPaths {

    /// Where AWS starts a function.
    private static final String WORKING_DIRECTORY = "/var/task";

    private TranslatedPaths() {}

    /// Also a mark by which the sandbox's processes are found.
    static final String TEMPORARY_VARIABLE = "TMPDIR";

    /// Starts the command; its process id. Blocks: called on a platform thread.
    ///
    /// @param folder      the sandbox's own
    /// @param descriptors what the command writes to
    static int spawn(SandboxSpec spec, Path folder, SortedMap<Integer, Descriptor> descriptors) throws IOException {
        var paths = new InsidePaths(spec.mounts());
        var environment = new HashMap<String, String>();
        spec.environment().forEach((name, value) -> environment.put(name, paths.listOnMachine(value)));
        environment.putIfAbsent(
                TEMPORARY_VARIABLE, new SandboxFolder(folder).makeTemporary().toString());
        var command = spec.command().stream().map(part -> argument(part, paths)).toList();
        var start = paths.onMachine(WORKING_DIRECTORY);
        var spawn = new ProcessSpawn(
                paths.program(command.getFirst(), environment.getOrDefault("PATH", "")),
                command,
                environment,
                start.equals(WORKING_DIRECTORY) ? temporary(folder).toString() : start,
                descriptors);
        try {
            return spawn.spawn();
        } catch (OsException refused) {
            throw ProgramRefusedException.of(spec.command().getFirst(), refused);
        }
    }

    /// Of an option, such as `-Dname=/var/runtime/lib`, its value.
    private static String argument(String part, InsidePaths paths) {
        int value = part.startsWith("-") ? part.indexOf('=') + 1 : 0;
        return part.substring(0, value) + paths.onMachine(part.substring(value));
    }

    static Path temporary(Path folder) {
        return folder.resolve("tmp");
    }

    /// What is enforced and what not, a sentence each.
    static List<String> guarantees() {
        return List.of(
                "Files: nothing is mounted; /var/task, "
                        + "/var/runtime and /opt are translated to the machine's paths in commands and variables, and "
                        + "the function can write to its own code.",
                "/tmp is the machine's, shared with everybody; TMPDIR names a private folder that is removed with the "
                        + "environment; its size is not enforced.");
    }
}
