package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.os.Descriptor;
import dev.boda.os.Pipe;
import dev.boda.os.ProcessTable;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.RecordedOutput;
import dev.boda.sandbox.Sandbox.Exit;
import dev.boda.sandbox.SandboxSpec.Limits;
import dev.boda.sandbox.groups.ResourceGroup;
import dev.boda.sandbox.groups.ResourceGroups;
import dev.boda.sandbox.process.Steps.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenSandboxesTest {

    private final CountDownLatch diskIsReady = new CountDownLatch(1);

    @Test
    void anEndDoesNotWaitForTheDiskOfOthers() throws Exception {
        var waiting = new CountDownLatch(OpenSandboxes.MOST_REMOVALS_AT_ONCE);
        var killed = new CountDownLatch(1);
        var sandboxes = OpenSandboxes.start();
        try {
            for (int i = 0; i < OpenSandboxes.MOST_REMOVALS_AT_ONCE; i++) {
                close(sandboxes, () -> {}, waiting::countDown);
            }
            assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
            close(sandboxes, killed::countDown, () -> {});
            assertThat(killed.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            diskIsReady.countDown();
            sandboxes.close();
        }
    }

    private void close(OpenSandboxes sandboxes, Runnable whenKilled, Runnable whenRemoving) throws IOException {
        var group = ResourceGroups.none("none is needed").create("slow");
        var sandbox = open(sandboxes, new SlowTree(Pipe.open(), group, whenKilled, whenRemoving, diskIsReady));
        Thread.ofVirtual().start(sandbox::close);
    }

    private static ProcessSandbox open(OpenSandboxes sandboxes, SlowTree tree) throws IOException {
        var raw = Pipe.open();
        var telemetry = Pipe.open();
        raw.writeEnd().close();
        telemetry.writeEnd().close();
        var output = new SandboxOutput(raw.readEnd(), telemetry.readEnd(), new RecordedOutput(), sandboxes.buffers());
        return sandboxes.add(new ProcessSandbox.Parts("slow", Limits.of(128, 512), tree, Optional.empty(), output));
    }

    /// No process, and files that are removed when the disk is ready.
    private record SlowTree(
            Pipe process, ResourceGroup group, Runnable whenKilled, Runnable whenRemoving, CountDownLatch diskIsReady)
            implements ProcessTree {

        @Override
        public Descriptor end() {
            return process.readEnd();
        }

        @Override
        public Optional<Ending> ending() {
            return Optional.of(new Ending(new Exit.Signal(9), 0));
        }

        @Override
        public void killRest() {}

        @Override
        public List<Integer> processes(ReadBuffer buffer) {
            return List.of();
        }

        @Override
        public Optional<ProcessTable.Entry> runtime() {
            return Optional.empty();
        }

        @Override
        public boolean kill(Duration atMost) {
            whenKilled.run();
            return true;
        }

        @Override
        public List<Step> removal() {
            return List.of(process::close);
        }

        @Override
        public void removeFiles() throws IOException {
            whenRemoving.run();
            try {
                diskIsReady.await();
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
        }
    }
}
