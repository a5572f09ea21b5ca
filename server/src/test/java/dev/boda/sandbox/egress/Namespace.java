package dev.boda.sandbox.egress;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boda.os.NetworkNamespace;
import dev.boda.os.PlatformThreads;
import dev.boda.os.netlink.LinkMessages;
import dev.boda.os.netlink.Netlink;
import dev.boda.os.netlink.NetlinkMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A network namespace of a process that sleeps.
final class Namespace implements AutoCloseable {

    private static final int LOOPBACK = 1;

    private final Process process;

    private Namespace(Process process) {
        this.process = process;
    }

    /// Root, and a kernel that lets it make network namespaces; whoever lacks them is told.
    static void require() {
        assumeTrue(
                Capabilities.ofThisThread().areEnough(),
                "the network of environments needs root (CAP_NET_ADMIN and CAP_SYS_ADMIN)");
        assumeTrue(Files.exists(Path.of("/proc/self/ns/net")), "this kernel has no network namespaces");
    }

    static Namespace open() throws IOException {
        var process = new ProcessBuilder("unshare", "-n", "sleep", "1000").start();
        var opened = new Namespace(process);
        var own = Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
        var program = Path.of("/proc/" + process.pid() + "/cmdline");
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/ns/net"))
                        .equals(own)
                || !Files.readString(program).startsWith("sleep")) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new IOException("no network namespace was made");
            }
            LockSupport.parkNanos(100_000);
        }
        return opened;
    }

    int pid() {
        return Math.toIntExact(process.pid());
    }

    NetworkNamespace descriptor() throws IOException {
        return NetworkNamespace.of(pid());
    }

    /// Runs a task on a thread in this namespace; threads and processes that it starts are in it too.
    <T> T run(PlatformThreads.Task<T> task) throws IOException {
        return PlatformThreads.callOnce("inside", () -> {
            try (var namespace = descriptor()) {
                namespace.enter();
            }
            return task.run();
        });
    }

    void apply(NetlinkMessage... messages) throws IOException {
        run(() -> {
            try (var route = Netlink.route()) {
                route.apply(List.of(messages));
            }
            return true;
        });
    }

    void giveLoopback(int... addresses) throws IOException {
        apply(LinkMessages.upWithoutArp(LOOPBACK));
        for (int address : addresses) {
            apply(LinkMessages.address(LOOPBACK, address));
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
