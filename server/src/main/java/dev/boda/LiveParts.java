package dev.boda;

import dev.boda.Config.ConfigException;
import dev.boda.code.CodeStore;
import dev.boda.code.LiveFolderException;
import dev.boda.code.live.FolderWatch;
import dev.boda.code.live.LiveCode;
import dev.boda.code.live.LiveFolders;
import dev.boda.function.LiveFunctions;
import dev.boda.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// What functions need whose code is a folder; a part of [Platform], which makes these.
///
/// @param folders which may be
/// @param code    of all functions
/// @param changed hears of changes as soon as there are functions
record LiveParts(LiveFolders folders, LiveCode code, AtomicReference<Consumer<String>> changed)
        implements AutoCloseable {

    /// @param data the data directory, which exists
    static LiveParts start(
            Config config, Path data, CodeStore packages, SandboxSpec.Identity identity, InstantSource clock)
            throws IOException {
        boolean forOthers = identity == SandboxSpec.Identity.UNPRIVILEGED && isRoot();
        var folders = folders(config, data, forOthers);
        var changed = new AtomicReference<Consumer<String>>(_ -> {});
        var watch = folders.named().isEmpty()
                ? FolderWatch.ofNothing(clock)
                : FolderWatch.start(clock, folder -> changed.get().accept(folder.toString()));
        return new LiveParts(folders, new LiveCode(packages, folders, watch), changed);
    }

    /// Those that the server was told.
    ///
    /// @param forOthers whether functions run as another user than the server
    static LiveFolders folders(Config config, Path data, boolean forOthers) {
        try {
            return LiveFolders.of(config.hotReload(), data, forOthers);
        } catch (LiveFolderException wrong) {
            throw new ConfigException(String.valueOf(wrong.getMessage()));
        }
    }

    /// An ordinary user's functions are that user to the kernel, whatever they are called inside.
    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    /// Changes are told from now on. No environment holds a folder before.
    void tell(LiveFunctions functions) {
        changed.set(functions::changed);
    }

    @Override
    public void close() {
        code.watch().close();
    }
}
