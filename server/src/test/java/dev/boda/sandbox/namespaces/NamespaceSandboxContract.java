package dev.boda.sandbox.namespaces;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.RecordedOutput;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.egress.Egress;
import dev.boda.sandbox.process.RealSandboxContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
                new NamespaceSandboxProvider.Settings(stateFolder, MEMORY_BYTES, 4566, Egress.Settings.OPEN), rights());
    }

    @Override
    protected String shared() {
        return "/mnt/shared";
    }

    @Override
    protected boolean hasReadyConnection() {
        return true;
    }

    @Override
    protected boolean knowsThePeakOfWhatEnded() {
        return true;
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

    @Test
    void mountsCannotBeWrittenAndNothingOfThemIsSeenOutside() throws Exception {
        assertThat(run("touch /var/task/new 2>&1; rm -f /var/task/handler.txt 2>&1; echo done"))
                .contains("Read-only file system")
                .endsWith("done\n");
        assertThat(folder.resolve("code/handler.txt")).hasContent("the handler");
        assertThat(Path.of("/var/task/handler.txt")).doesNotExist();
    }

    @Test
    void theTemporaryFolderIsPrivateAndHasItsSize() throws Exception {
        var name = folder.getFileName() + "-private";
        assertThat(run("ls -A /tmp; echo mine > /tmp/" + name + "; cat /tmp/" + name))
                .isEqualTo("mine\n");
        assertThat(Path.of("/tmp", name)).doesNotExist();
        assertThat(run("head -c 20000000 /dev/zero > /tmp/big")).contains("No space left on device");
    }

    @Test
    void whatIsFrozenStandsStillUntilItIsThawed() throws Exception {
        var output = new RecordedOutput();
        try (var sandbox = shell("echo up; while [ ! -e \"$SHARED/go\" ]; do :; done; echo went", output)) {
            await(() -> output.raw().equals("up\n"));
            sandbox.freeze();
            await(this::oneIsFrozen);
            Files.writeString(folder.resolve("shared/go"), "");
            sandbox.drainOutput();
            assertThat(output.raw()).isEqualTo("up\n");
            sandbox.thaw();
            exitOf(sandbox);
            assertThat(output.raw()).isEqualTo("up\nwent\n");
        }
    }

    private boolean oneIsFrozen() {
        try {
            for (var line : Files.readAllLines(folder.resolve("state/control-group"))) {
                var place = Path.of(line);
                if (!Files.isDirectory(place)) {
                    continue;
                }
                try (var events = Files.newDirectoryStream(place, "sandbox-*")) {
                    for (var group : events) {
                        var file = group.resolve("cgroup.events");
                        if (Files.exists(file) && Files.readString(file).contains("frozen 1")) {
                            return true;
                        }
                    }
                }
            }
            return false;
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    @Test
    void aSocketOfTheServersMeetsWhatListensInside() throws Exception {
        try (var sandbox = shell("sleep " + SECONDS, new RecordedOutput());
                var sockets = sandbox.takeSockets().orElseThrow();
                var socket = sandbox.socketInside()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4566));
            welcome(sockets.aws(), "inside");
            var answer = ByteBuffer.allocate("inside".length());
            socket.read(answer);
            assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).isEqualTo("inside");
        }
    }

    @Test
    void whoConnectsInsideMeetsTheSandboxsOwnSockets() throws Exception {
        var output = new RecordedOutput();
        var readAll = "echo fd $_BODA_RUNTIME_API_FD; cat <&4; cat < /dev/tcp/127.0.0.1/9001; "
                + "cat < /dev/tcp/127.0.0.1/4566";
        var command = List.of("/bin/bash", "-c", readAll);
        try (var sandbox = provider.start(spec(command), output);
                var sockets = sandbox.takeSockets().orElseThrow()) {
            assertThat(sandbox.takeSockets()).isEmpty();
            welcome(sockets.runtimeApi(), "ready made");
            welcome(sockets.runtimeApi(), "Runtime API");
            welcome(sockets.aws(), "AWS");
            assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Status(0));
        }
        assertThat(output.raw()).isEqualTo("fd 4\nready made\nRuntime API\nAWS\n");
    }

    private static void welcome(ServerSocketChannel listener, String word) throws IOException {
        try (var accepted = listener.accept()) {
            accepted.write(ByteBuffer.wrap((word + "\n").getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void noCoreIsTakenAndDevicesStayAsTheyAre() throws Exception {
        assertThat(run("ulimit -c; ulimit -c 0 2>/dev/null || echo kept; chmod 0 /dev/null 2>/dev/null || echo kept; "
                        + "chmod 0 /proc/self/fd/0 2>/dev/null || echo kept; echo lost > /dev/null && echo written"))
                .isEqualTo("0\nkept\nkept\nkept\nwritten\n");
    }

    @Test
    void versionsOfTheKernelAreCompared() {
        assertThat(Birth.isAtLeast("7.0", 5, 14)).isTrue();
        assertThat(Birth.isAtLeast("5.14.0-70.el9", 5, 14)).isTrue();
        assertThat(Birth.isAtLeast("5.4.0", 5, 14)).isFalse();
    }
}
