package dev.boda.sandbox.namespaces;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.egress.Egress;
import dev.boda.sandbox.process.RealSandboxContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What sandboxes in namespaces do, by whatever right they are made.
abstract class NamespaceSandboxContract extends RealSandboxContract {

    abstract Rights rights() throws IOException;

    @Override
    protected SandboxProvider open(Path stateFolder) throws IOException {
        return NamespaceSandboxProvider.start(
                new NamespaceSandboxProvider.Settings(stateFolder, 4566, Egress.Settings.OPEN), rights());
    }

    @Override
    protected String shared() {
        return "/mnt/shared";
    }

    @Override
    protected String taskRoot() {
        return "/var/task";
    }

    @Override
    protected List<SandboxSpec.Mount> mounts() {
        var mounts = new ArrayList<>(super.mounts());
        mounts.add(new SandboxSpec.Mount(folder.resolve("shared"), "/mnt/shared", false));
        return mounts;
    }

    @Test
    void theProcessHasNoRights() throws Exception {
        assertThat(
                        run("grep -E 'CapEff|CapPrm|CapBnd|CapInh|CapAmb' /proc/self/status; grep -E 'NoNewPrivs|Seccomp:' /proc/self/status")
                                .lines())
                .hasSize(7)
                .allMatch(line -> line.matches("Cap...:\t0{16}|NoNewPrivs:\t1|Seccomp:\t2"));
    }

    @Test
    void itSeesItsOwnProcessesOnly() throws Exception {
        assertThat(run("ls /proc | grep -c '^[0-9]'; echo $$").lines().map(Integer::valueOf))
                .allMatch(number -> number < 6);
    }
}
