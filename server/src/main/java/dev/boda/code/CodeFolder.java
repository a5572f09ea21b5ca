package dev.boda.code;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/// The folder of this machine into which a code package is unpacked. It stays until this is closed: an execution
/// environment keeps it open for as long as it lives. Its files are shared by all environments and not to be changed.
public final class CodeFolder implements AutoCloseable {

    private final Path path;
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// @param release runs once, at the first [#close()]
    public CodeFolder(Path path, Runnable release) {
        this.path = path;
        this.release = release;
    }

    public Path path() {
        return path;
    }

    /// Lets the folder go. Idempotent.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
        }
    }
}
