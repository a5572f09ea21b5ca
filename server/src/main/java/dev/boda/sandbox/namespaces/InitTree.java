package dev.boda.sandbox.namespaces;

import dev.boda.os.Descriptor;
import dev.boda.os.OsException;
import dev.boda.os.ProcessTable;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.Sandbox.Exit;
import dev.boda.sandbox.process.ProcessTree;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The processes below a sandbox's process 1: when that ends, the kernel ends them all, and then their namespaces.
record InitTree(Blank.Born born) implements ProcessTree {

    private static final int SIGKILL = 9;
    private static final int SIGNAL_BITS = 0x7f;
    private static final int STATUS_SHIFT = 8;
    private static final int STATUS_BITS = 0xff;

    @Override
    public Descriptor end() {
        return born.init().descriptor();
    }

    /// How the runtime ended, as process 1 told it; one that was killed told nothing.
    @Override
    public Optional<Exit> ending() throws OsException {
        if (born.init().ending().isEmpty()) {
            return Optional.empty();
        }
        var told = born.control().receiveNow().bytes();
        if (told.remaining() < Integer.BYTES) {
            return Optional.of(new Exit.Signal(SIGKILL));
        }
        int status = told.getInt();
        int signal = status & SIGNAL_BITS;
        return Optional.of(
                signal == 0 ? new Exit.Status(status >> STATUS_SHIFT & STATUS_BITS) : new Exit.Signal(signal));
    }

    @Override
    public void killRest() {
        // Process 1 has ended, and with it all others.
    }

    @Override
    public List<Integer> processes(ReadBuffer buffer) {
        return ProcessTable.descendants(born.init().pid());
    }

    @Override
    public void freeze() {}

    @Override
    public void thaw() {}

    @Override
    public long memoryLimitBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public void limitCpu() {}

    @Override
    public boolean kill(Duration atMost) throws IOException {
        born.init().kill();
        return born.init().awaitEnd(atMost);
    }

    @Override
    public List<Step> removal() {
        return List.of(born.init()::reap, born.init()::close, born.control()::close);
    }
}
