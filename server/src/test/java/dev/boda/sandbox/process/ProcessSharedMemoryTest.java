package dev.boda.sandbox.process;

import dev.boda.sandbox.SandboxProvider;
import java.io.IOException;
import java.nio.file.Path;

/// Plain processes in control groups.
class ProcessSharedMemoryTest extends SharedMemoryContract {

    @Override
    protected SandboxProvider open(Path stateFolder, long memoryBytes) throws IOException {
        return ProcessSandboxProvider.start(stateFolder, memoryBytes);
    }

    @Override
    protected String shared() {
        return folder.resolve("shared").toString();
    }
}
