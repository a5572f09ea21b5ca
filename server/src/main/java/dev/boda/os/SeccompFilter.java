package dev.boda.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The system calls that a sandboxed program is refused, as a classic BPF program for `seccomp(2)`.
///
/// Refused is what reaches the kernel's other tenants or its rarely used insides: mounts and namespaces, other
/// processes' memory, keyrings, the clock, modules, `bpf`, `io_uring`, sockets of odd families. Everything else is
/// allowed: a function may be any program. A refused call fails with EPERM as if the right were missing; `clone3`,
/// whose flags a filter cannot see, and calls of another architecture do not exist (ENOSYS), so that C libraries take
/// `clone` instead.
public final class SeccompFilter {

    private static final int LOAD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_ANY_BIT = 0x45;
    private static final int JUMP_IF_AT_LEAST = 0x35;
    private static final int AND = 0x54;
    private static final int RETURN = 0x06;

    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int FIRST_ARGUMENT = 16;
    private static final int SECOND_ARGUMENT = 24;
    private static final int THIRD_ARGUMENT = 32;

    private static final int ALLOW = 0x7fff0000;
    private static final int FAIL = 0x00050000;
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final int EAFNOSUPPORT = 97;

    private static final int AUDIT_X86_64 = 0xc000003e;
    private static final int AUDIT_AARCH64 = 0xc00000b7;

    /// From this number on calls are of x86's 32-bit pointers.
    private static final int X32 = 0x40000000;

    /// `CLONE_NEW…` of every namespace that `clone` can make.
    private static final int NEW_NAMESPACES = 0x7e020000;

    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;
    private static final int NETLINK_ROUTE = 0;
    private static final int TYPE_ONLY = 0xf;
    private static final int SOCK_RAW = 3;
    private static final int IPPROTO_ICMP = 1;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_UDP = 17;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int EPROTONOSUPPORT = 93;
    private static final int RLIMIT_CORE = 4;
    private static final int SETRLIMIT_X86 = 160;
    private static final int SETRLIMIT_ARM = 164;
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541c;

    /// By the architectures' numbers, x86_64 first; -1 where there is no such call.
    private enum Refused {
        MOUNT(165, 40),
        UMOUNT2(166, 39),
        PIVOT_ROOT(155, 41),
        CHROOT(161, 51),
        UNSHARE(272, 97),
        SETNS(308, 268),
        OPEN_TREE(428, 428),
        OPEN_TREE_ATTR(467, 467),
        MOVE_MOUNT(429, 429),
        FSOPEN(430, 430),
        FSCONFIG(431, 431),
        FSMOUNT(432, 432),
        FSPICK(433, 433),
        MOUNT_SETATTR(442, 442),
        SWAPON(167, 224),
        SWAPOFF(168, 225),
        QUOTACTL(179, 60),
        QUOTACTL_FD(443, 443),
        NAME_TO_HANDLE_AT(303, 264),
        OPEN_BY_HANDLE_AT(304, 265),
        FANOTIFY_INIT(300, 262),
        KEYCTL(250, 219),
        ADD_KEY(248, 217),
        REQUEST_KEY(249, 218),
        PTRACE(101, 117),
        PROCESS_VM_READV(310, 270),
        PROCESS_VM_WRITEV(311, 271),
        KCMP(312, 272),
        PIDFD_GETFD(438, 438),
        BPF(321, 280),
        PERF_EVENT_OPEN(298, 241),
        USERFAULTFD(323, 282),
        IO_URING_SETUP(425, 425),
        IO_URING_ENTER(426, 426),
        IO_URING_REGISTER(427, 427),
        KEXEC_LOAD(246, 104),
        KEXEC_FILE_LOAD(320, 294),
        INIT_MODULE(175, 105),
        FINIT_MODULE(313, 273),
        DELETE_MODULE(176, 106),
        REBOOT(169, 142),
        SETTIMEOFDAY(164, 170),
        CLOCK_SETTIME(227, 112),
        CLOCK_ADJTIME(305, 266),
        ADJTIMEX(159, 171),
        ACCT(163, 89),
        SYSLOG(103, 116),
        SETHOSTNAME(170, 161),
        SETDOMAINNAME(171, 162),
        VHANGUP(153, 58),
        LOOKUP_DCOOKIE(212, 18),
        IOPL(172, -1),
        IOPERM(173, -1),
        MODIFY_LDT(154, -1),
        USELIB(134, -1),
        SYSFS(139, -1);

        private final int number;

        Refused(int onX86, int onArm) {
            this.number = Architecture.isX86() ? onX86 : onArm;
        }
    }

    private static final int CLONE3 = 435;

    private static final byte[] PROGRAM = assemble();

    private final List<long[]> program = new ArrayList<>();

    private SeccompFilter() {}

    /// The program: 8 bytes an instruction.
    public static byte[] program() {
        return PROGRAM.clone();
    }

    private static byte[] assemble() {
        var filter = new SeccompFilter();
        filter.write();
        var bytes = ByteBuffer.allocate(filter.program.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        filter.program.forEach(step -> bytes.putShort((short) step[0])
                .put((byte) step[1])
                .put((byte) step[2])
                .putInt((int) step[3]));
        return bytes.array();
    }

    private void write() {
        load(ARCHITECTURE);
        add(JUMP_IF_EQUAL, 1, 0, Architecture.isX86() ? AUDIT_X86_64 : AUDIT_AARCH64);
        fail(ENOSYS);
        load(NUMBER);
        add(JUMP_IF_AT_LEAST, 0, 1, X32);
        fail(ENOSYS);
        for (var call : Refused.values()) {
            if (call.number >= 0) {
                add(JUMP_IF_EQUAL, 0, 1, call.number);
                fail(EPERM);
            }
        }
        add(JUMP_IF_EQUAL, 0, 1, CLONE3);
        fail(ENOSYS);
        clonesWithoutNamespaces();
        ordinarySockets();
        ordinarySocketPairs();
        noOtherLimitOfCores();
        noTerminalInput();
        allow();
    }

    private void clonesWithoutNamespaces() {
        add(JUMP_IF_EQUAL, 0, 4, SystemCall.CLONE.number());
        load(FIRST_ARGUMENT);
        add(JUMP_IF_ANY_BIT, 0, 1, NEW_NAMESPACES);
        fail(EPERM);
        allow();
    }

    /// The machine's own kind and the internet's usual protocols; of netlink what C libraries ask for addresses. Raw
    /// ones need a right that is missing anyway; for a protocol that is not there the kernel would load a module.
    private void ordinarySockets() {
        add(JUMP_IF_EQUAL, 0, 22, SystemCall.SOCKET.number());
        load(SECOND_ARGUMENT);
        add(AND, 0, 0, TYPE_ONLY);
        add(JUMP_IF_EQUAL, 0, 3, SOCK_RAW);
        load(FIRST_ARGUMENT);
        add(JUMP_IF_EQUAL, 1, 0, AF_NETLINK);
        fail(EPERM);
        load(FIRST_ARGUMENT);
        add(JUMP_IF_EQUAL, 13, 0, AF_UNIX);
        add(JUMP_IF_EQUAL, 5, 0, AF_INET);
        add(JUMP_IF_EQUAL, 4, 0, AF_INET6);
        add(JUMP_IF_EQUAL, 0, 2, AF_NETLINK);
        load(THIRD_ARGUMENT);
        add(JUMP_IF_EQUAL, 8, 0, NETLINK_ROUTE);
        fail(EAFNOSUPPORT);
        load(THIRD_ARGUMENT);
        add(JUMP_IF_EQUAL, 5, 0, 0);
        add(JUMP_IF_EQUAL, 4, 0, IPPROTO_TCP);
        add(JUMP_IF_EQUAL, 3, 0, IPPROTO_UDP);
        add(JUMP_IF_EQUAL, 2, 0, IPPROTO_ICMP);
        add(JUMP_IF_EQUAL, 1, 0, IPPROTO_ICMPV6);
        fail(EPROTONOSUPPORT);
        allow();
    }

    /// With a limit of 1 for cores the kernel starts no program of the machine's that takes them; at 0 it would.
    private void noOtherLimitOfCores() {
        add(JUMP_IF_EQUAL, 0, 8, SystemCall.PRLIMIT64.number());
        load(SECOND_ARGUMENT);
        add(JUMP_IF_EQUAL, 0, 5, RLIMIT_CORE);
        load(THIRD_ARGUMENT);
        add(JUMP_IF_EQUAL, 0, 2, 0);
        load(THIRD_ARGUMENT + Integer.BYTES);
        add(JUMP_IF_EQUAL, 1, 0, 0);
        fail(EPERM);
        allow();
        add(JUMP_IF_EQUAL, 0, 4, Architecture.isX86() ? SETRLIMIT_X86 : SETRLIMIT_ARM);
        load(FIRST_ARGUMENT);
        add(JUMP_IF_EQUAL, 0, 1, RLIMIT_CORE);
        fail(EPERM);
        allow();
    }

    /// The kernel makes both sockets, and loads a module for their kind, before it asks whether there are pairs of it.
    private void ordinarySocketPairs() {
        add(JUMP_IF_EQUAL, 0, 4, SystemCall.SOCKETPAIR.number());
        load(FIRST_ARGUMENT);
        add(JUMP_IF_EQUAL, 1, 0, AF_UNIX);
        fail(EAFNOSUPPORT);
        allow();
    }

    private void noTerminalInput() {
        add(JUMP_IF_EQUAL, 0, 4, SystemCall.IOCTL.number());
        load(SECOND_ARGUMENT);
        add(JUMP_IF_EQUAL, 1, 0, TIOCSTI);
        add(JUMP_IF_EQUAL, 0, 1, TIOCLINUX);
        fail(EPERM);
    }

    private void load(int offset) {
        add(LOAD, 0, 0, offset);
    }

    private void allow() {
        add(RETURN, 0, 0, ALLOW);
    }

    private void fail(int errno) {
        add(RETURN, 0, 0, FAIL | errno);
    }

    /// @param yes how many instructions to leave out when it holds
    /// @param no  how many when not
    private void add(int code, int yes, int no, long value) {
        program.add(new long[] {code, yes, no, value});
    }
}
