package dev.boda.code;

import java.util.concurrent.atomic.AtomicBoolean;

/// A code package that is kept, although no record names it yet, until this is closed or discarded by whoever put it.
public final class HeldPackage implements AutoCloseable {

    private final CodePackage codePackage;
    private final Runnable release;
    private final Runnable removal;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// @param release runs at the first [#close()], unless `removal` ran before
    /// @param removal runs at the first [#discard()], unless `release` ran before
    public HeldPackage(CodePackage codePackage, Runnable release, Runnable removal) {
        this.codePackage = codePackage;
        this.release = release;
        this.removal = removal;
    }

    public CodePackage codePackage() {
        return codePackage;
    }

    /// Leaves the package to the records that may name it. Idempotent.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
        }
    }

    /// Says that no record was made: the package goes, unless it was there before or somebody else put it too.
    /// Idempotent.
    public void discard() {
        if (closed.compareAndSet(false, true)) {
            removal.run();
        }
    }
}
