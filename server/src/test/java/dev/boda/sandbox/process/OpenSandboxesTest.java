package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.os.Descriptor;
import dev.boda.os.Pipe;
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

    private static final int MORE_THAN_THREADS = 20;

    @Test
    void anEndDoesNotWaitForTheDiskOfOthers() throws Exception {
        var killed = new CountDownLatch(MORE_THAN_THREADS);
        var diskIsReady = new CountDownLatch(1);
        var groups = ResourceGroups.none("none is needed");
        var sandboxes = OpenSandboxes.start();
        try {
            for (int i = 0; i < MORE_THAN_THREADS; i++) {
                var sandbox = open(sandboxes, new SlowTree(Pipe.open(), groups.create("slow"), killed, diskIsReady));
                Thread.ofVirtual().start(sandbox::close);
            }
            assertThat(killed.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            diskIsReady.countDown();
            sandboxes.close();
        }
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
    private record SlowTree(Pipe process, ResourceGroup group, CountDownLatch killed, CountDownLatch diskIsReady)
            implements ProcessTree {

        @Override
        public Descriptor end() {
            return process.readEnd();
        }

        @Override
        public Optional<Exit> ending() {
            return Optional.of(new Exit.Signal(9));
        }

        @Override
        public void killRest() {}

        @Override
        public List<Integer> processes() {
            return List.of();
        }

        @Override
        public boolean kill(Duration atMost) {
            killed.countDown();
            return true;
        }

        @Override
        public List<Step> removal() {
            return List.of(process::close);
        }

        @Override
        public void removeFiles() throws IOException {
            try {
                diskIsReady.await();
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
        }
    }
}
