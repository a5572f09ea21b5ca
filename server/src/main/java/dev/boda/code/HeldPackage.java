package dev.boda.code;

import java.util.concurrent.atomic.AtomicBoolean;

/// A code package that is kept, although no record names it yet, until this is closed: by whoever put it, after the
/// record that names it is durable, or was not made.
public final class HeldPackage implements AutoCloseable {

    private final CodePackage codePackage;
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// @param release runs once, at the first [#close()]
    public HeldPackage(CodePackage codePackage, Runnable release) {
        this.codePackage = codePackage;
        this.release = release;
    }

    public CodePackage codePackage() {
        return codePackage;
    }

    /// Leaves the package to the records that name it. Idempotent.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
        }
    }
}
