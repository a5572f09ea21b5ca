package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boda.sandbox.RecordedOutput;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the plain process does with every set of features that a machine may allow.
abstract class ProcessSandboxContract extends RealSandboxContract {

    /// Whether control groups are used.
    abstract boolean grouped();

    @Override
    protected ProcessSandboxProvider open(Path stateFolder) throws IOException {
        var opened = ProcessSandboxProvider.start(stateFolder, MEMORY_BYTES, grouped());
        boolean groups = opened.guarantees().stream().anyMatch(line -> line.contains("by its control group"));
        assumeTrue(groups == grouped(), "This user cannot make control groups");
        return opened;
    }

    @Override
    protected String shared() {
        return folder.resolve("shared").toString();
    }

    @Override
    protected boolean hasReadyConnection() {
        return false;
    }

    @Override
    protected String taskRoot() {
        return folder.resolve("code").toString();
    }

    /// What was the server's would be in it.
    @Override
    protected boolean knowsThePeakOfWhatEnded() {
        return false;
    }

    @AfterEach
    void noFolderIsLeft() {
        assertThat(folder.resolve("state/environments")).isEmptyDirectory();
    }

    @Test
    void aDiskThatTakesNoSandboxIsNamedWithTheReasonAndTheRemedy() throws Exception {
        var environments = folder.resolve("state/environments");
        Files.delete(environments);
        try {
            assertThatThrownBy(() -> shell("exit 0", new RecordedOutput()))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageStartingWith("The server cannot write to its data directory (" + environments + "): ")
                    .hasMessageEndingWith(" Check the disk and the permissions of the folder.");
        } finally {
            Files.createDirectory(environments);
        }
    }

    @Test
    void whatIsNotBuiltIsRefusedByName() {
        var spec = spec(List.of("/bin/true"));
        var noNetwork = new SandboxSpec(
                spec.name(),
                spec.root(),
                spec.mounts(),
                spec.limits(),
                SandboxSpec.Network.NONE,
                spec.identity(),
                spec.command(),
                spec.environment());
        assertThatThrownBy(() -> provider.start(noNetwork, new RecordedOutput()))
                .hasMessageContaining("NONE");
    }

    @Test
    void whatAKilledServerLeftIsRemoved() throws Exception {
        var sandbox = shell(
                ": \"" + folder + "/left\"; : > \"$SHARED/left\"; while :; do sleep 1000; done", new RecordedOutput());
        await(() -> Files.exists(folder.resolve("shared/left")));
        var next = ProcessSandboxProvider.start(folder.resolve("state"), MEMORY_BYTES, grouped());
        assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Signal(9));
        assertThat(processesNaming(folder + "/left")).isEmpty();
        assertThat(folder.resolve("state/environments")).isEmptyDirectory();
        sandbox.close();
        provider.close();
        provider = next;
    }
}
