package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process that this server started, by its descriptor: signals never meet another process that got its id.
public final class ChildProcess implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ChildProcess.class);

    /// For `oom_score_adj`, see proc(5): counts as half of the machine's memory, which the server does not have.
    public static final String SCORE_OF_SANDBOXES = "500";

    private static final int P_PID = 1;
    private static final int P_PGID = 2;
    private static final int P_PIDFD = 3;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x01000000;
    private static final int CLD_EXITED = 1;
    private static final int SIGNAL_BYTES = 128;
    private static final int SIGNAL_PROCESS = 16;
    private static final int SIGNAL_CODE = 8;
    private static final int SIGNAL_STATUS = 24;
    private static final int SIGKILL = 9;
    private static final int RLIMIT_NOFILE = 7;

    private static final int SIGCHLD = 17;

    private static final int SIG_DFL = 0;
    private static final MemorySegment SIGNAL = Libc.function("signal");

    private final int pid;
    private final Descriptor descriptor;

    private ChildProcess(int pid, Descriptor descriptor) {
        this.pid = pid;
        this.descriptor = descriptor;
    }

    /// Lets this process hear of its children's ends, even if whoever started it said that it should not.
    public static void expectEndings() {
        Libc.invoke(SIGNAL, SIGCHLD, SIG_DFL);
    }

    /// Takes a child just spawned. When that fails the child is ended.
    public static ChildProcess adopt(int pid) throws OsException {
        try {
            return new ChildProcess(pid, new Descriptor(Libc.check("", SystemCall.PIDFD_OPEN, pid, 0)));
        } catch (OsException refused) {
            Libc.call(SystemCall.KILL, pid, SIGKILL);
            try (var arena = Arena.ofConfined()) {
                Libc.call(
                        SystemCall.WAITID,
                        P_PID,
                        pid,
                        arena.allocate(SIGNAL_BYTES, 8).address(),
                        WEXITED,
                        0);
            }
            throw refused;
        }
    }

    public int pid() {
        return pid;
    }

    /// Readable once the process has ended.
    public Descriptor descriptor() {
        return descriptor;
    }

    /// How it ended: its status, or the number of the signal.
    public record Ending(boolean bySignal, int number) {}

    /// How it ended, if it has. The kernel keeps its id for it until [#reap()].
    public Optional<Ending> ending() throws OsException {
        return await(WEXITED | WNOHANG | WNOWAIT);
    }

    /// Lets the kernel forget the process, if it has ended.
    public void reap() throws OsException {
        await(WEXITED | WNOHANG);
    }

    private Optional<Ending> await(int options) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var signal = arena.allocate(SIGNAL_BYTES, 8);
            Libc.check("", SystemCall.WAITID, P_PIDFD, descriptor.number(), signal.address(), options, 0);
            if (signal.get(JAVA_INT, SIGNAL_PROCESS) == 0) {
                return Optional.empty();
            }
            boolean bySignal = signal.get(JAVA_INT, SIGNAL_CODE) != CLD_EXITED;
            return Optional.of(new Ending(bySignal, signal.get(JAVA_INT, SIGNAL_STATUS)));
        }
    }

    /// Kills it; nothing happens when it has ended.
    public void kill() {
        Libc.call(SystemCall.PIDFD_SEND_SIGNAL, descriptor.number(), SIGKILL, 0, 0);
    }

    /// Kills its process group, which is its session's first. Only before [#reap()]: until then the id is its own.
    public void killGroup() {
        Libc.call(SystemCall.KILL, -pid, SIGKILL);
    }

    /// Kills its process group, and lets the kernel forget those of it that are this server's children, also such as
    /// nobody has adopted. Blocks: call it on a platform thread.
    ///
    /// @param atMost how long to wait for its own end; nothing is forgotten of one that does not end
    public void endGroup(Duration atMost) throws OsException {
        killGroup();
        if (awaitEnd(atMost)) {
            try (var arena = Arena.ofConfined()) {
                long signal = arena.allocate(SIGNAL_BYTES, 8).address();
                while (Libc.call(SystemCall.WAITID, P_PGID, pid, signal, WEXITED, 0) == 0) {}
            }
        }
    }

    /// Waits for its end; whether it came. Blocks: call it on a platform thread.
    public boolean awaitEnd(Duration atMost) throws OsException {
        return Readiness.await(descriptor, Readiness.POLLIN, atMost);
    }

    /// Limits how many files it, and what it starts from now on, may hold open.
    public void limitOpenFiles(int most) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var limits = arena.allocate(JAVA_LONG, 2);
            limits.setAtIndex(JAVA_LONG, 0, most);
            limits.setAtIndex(JAVA_LONG, 1, most);
            long result = Libc.call(SystemCall.PRLIMIT64, pid, RLIMIT_NOFILE, limits.address(), 0);
            if (result < 0 && result != -Libc.ESRCH) {
                throw new OsException("prlimit64", (int) -result);
            }
        }
    }

    /// Lets it, and what it starts from now on, end rather than this server when the machine has no memory left. Where
    /// that may not be said, nothing happens.
    public void endBeforeTheServer() {
        try {
            Files.writeString(Path.of("/proc/" + pid + "/oom_score_adj"), SCORE_OF_SANDBOXES);
        } catch (IOException refused) {
            log.debug("The kernel is not told who ends first", refused);
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
