package dev.boda.os;

import java.util.Locale;

/// The system calls this package makes, by the architecture's numbers (`asm/unistd.h`).
enum SystemCall {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    IOCTL(16, 29),
    KILL(62, 129),
    FCNTL(72, 25),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    EPOLL_CTL(233, 21),
    WAITID(247, 95),
    OPENAT(257, 56),
    MKDIRAT(258, 34),
    UNLINKAT(263, 35),
    PPOLL(271, 73),
    UNSHARE(272, 97),
    EPOLL_PWAIT(281, 22),
    EVENTFD2(290, 19),
    EPOLL_CREATE1(291, 20),
    PIPE2(293, 59),
    PRLIMIT64(302, 261),
    SETNS(308, 268),
    PIDFD_SEND_SIGNAL(424, 424),
    OPEN_TREE(428, 428),
    MOVE_MOUNT(429, 429),
    PIDFD_OPEN(434, 434),
    MOUNT_SETATTR(442, 442);

    /// Whether this machine is an x86_64; otherwise it is an aarch64.
    static final boolean X86_64 = isX86(System.getProperty("os.arch", ""));

    private final int onX86;
    private final int onArm;

    SystemCall(int onX86, int onArm) {
        this.onX86 = onX86;
        this.onArm = onArm;
    }

    long number() {
        return X86_64 ? onX86 : onArm;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static boolean isX86(String architecture) {
        return switch (architecture) {
            case "amd64", "x86_64" -> true;
            case "aarch64" -> false;
            default ->
                throw new IllegalStateException(
                        "Boda runs on x86_64 and aarch64; this machine is " + architecture + ".");
        };
    }
}
