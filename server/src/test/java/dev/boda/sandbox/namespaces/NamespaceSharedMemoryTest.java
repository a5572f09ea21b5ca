package dev.boda.sandbox.namespaces;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.egress.Egress;
import dev.boda.sandbox.process.SharedMemoryContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Namespaces, as root.
class NamespaceSharedMemoryTest extends SharedMemoryContract {

    @Override
    protected SandboxProvider open(Path stateFolder, long memoryBytes) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "Only root may do without a user namespace");
        return NamespaceSandboxProvider.start(
                new NamespaceSandboxProvider.Settings(stateFolder, memoryBytes, 4566, Egress.Settings.OPEN),
                new Rights(false, 0, 0));
    }

    @Override
    protected String shared() {
        return "/mnt/shared";
    }

    @Override
    protected List<SandboxSpec.Mount> mounts() {
        var mounts = new ArrayList<>(super.mounts());
        mounts.add(new SandboxSpec.Mount(folder.resolve("shared"), "/mnt/shared", false));
        return mounts;
    }
}
