package dev.boda.sandbox.process;

import dev.boda.os.Descriptor;
import dev.boda.os.MountNamespace;
import dev.boda.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// How a process comes to see a sandbox's mounts at their paths inside.
sealed interface RootView extends AutoCloseable permits PrivateMounts, TranslatedPaths {

    /// Where AWS starts a function.
    String WORKING_DIRECTORY = "/var/task";

    /// A process just started, and the mount namespace that was made for it. Whoever gets it closes it.
    record Spawned(int pid, @Nullable MountNamespace namespace) {}

    /// Starts the command. Blocks: called on a platform thread.
    ///
    /// @param folder      the sandbox's own, to be used or not
    /// @param descriptors what the command writes to
    Spawned spawn(SandboxSpec spec, Path folder, SortedMap<Integer, Descriptor> descriptors) throws IOException;

    /// What is enforced and what not, a sentence each.
    List<String> guarantees();

    @Override
    void close();
}
