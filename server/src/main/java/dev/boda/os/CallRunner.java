package dev.boda.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/// A program whose processes make the system calls that this server sends them: how a process comes to be somewhere
/// else before it runs a function.
///
/// A process of many threads, such as this one, cannot enter a user namespace, and whoever mounts `/proc` must be in
/// the process namespace that it shows. So a small process of one thread does it, from a [CallScript]. No C compiler
/// is needed, and nothing is kept in a file: the program is 97 bytes (108 on aarch64) and lies in memory, sealed.
///
/// ```
/// from  rbx = the first call
///       rax = syscall(call's number, its six arguments);  *(its result's place) = rax;  go to its rule
/// must  rax < 0 → report the call's address and rax, end
/// may   rbx = the next call, again
/// fork  rax < 0 → as must;  rax = 0 → rbx = the call's target, again;  otherwise as may
/// until rax ≠ *(the call's target) → the same call again;  otherwise as may
/// ```
///
/// To begin with it waits for a list at descriptor [#CONTROL] and goes on with that. What of a list finds no room in a
/// message comes in further ones, which calls in the list itself read. A failure is 16 bytes at [#FAILURES].
public final class CallRunner implements AutoCloseable {

    /// The descriptor at which a runner gets its lists.
    public static final int CONTROL = 4;

    /// The descriptor at which a runner reports a failing call. It is closed when the last list is through.
    public static final int FAILURES = 5;

    static final long CALLS = 0x20000000L;
    static final int CALL_BYTES = 80;

    /// Of one message; a list comes in as many as it takes.
    static final int MESSAGE_CALLS = 1_024;

    static final int MESSAGE_BYTES = 0x30000;
    static final int MOST_CALLS = 16 * MESSAGE_CALLS;
    static final long DATA = CALLS + 0x200000;
    static final int DATA_BYTES = 0x400000;

    private static final int PAGE = 0x10000;
    private static final long TEXT = 0x10000000L;
    private static final long WRITABLE = CALLS - PAGE;
    private static final long FAILURE = CALLS - 16;
    static final long SCRATCH = CALLS - 32;
    private static final long AT_FAILURE = CALLS - 1_024;

    /// Where a runner begins: it waits for a list.
    static final long WAITING = CALLS - 2_048;

    /// Where a runner ends.
    static final long END = WAITING + 3 * CALL_BYTES;

    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;
    private static final int CODE_AT = HEADER_BYTES + 3 * SEGMENT_BYTES;
    private static final int FAILURE_BYTES = 16;

    /// The machine code, as an assembler makes it of the sentences above.
    private record Code(String hex, int must, int may, int fork, int until, int elfMachine) {}

    private static final Code X86_64 = new Code(
            "bb00f8ff1f" // from: mov ebx, WAITING
                    + "488b03488b7b08488b7310488b53184c8b53204c8b43284c8b4b300f05" // the call, its arguments
                    + "488b4b38488901488b4b48ff6340" // its result, its rule
                    + "4885c07819" // must
                    + "4883c350ebca" // may
                    + "4885c0780e75f34889cbebbe" // fork
                    + "483b0175b9ebe7" // until
                    + "b9f0ffff1f48891948894108bb00fcff1feba4", // report to FAILURE, go on at AT_FAILURE
            0x30,
            0x35,
            0x3b,
            0x47,
            62);

    private static final Code AARCH64 = new Code(
            "13009fd2f3ffa3f2"
                    + "680240a9610a41a9631242a9651a40f9010000d4"
                    + "69aa43a9200100f96b2640f940011fd6"
                    + "6001f8b7"
                    + "73420191f5ffff17"
                    + "0001f8b7a0ffffb5f3030baaf1ffff17"
                    + "690140f91f0009ebc1fdff54f7ffff17"
                    + "0900a4d2294100d1330100a933c10fd1e8ffff17",
            0x2c,
            0x30,
            0x38,
            0x48,
            183);

    /// Where the machine code of each rule lies.
    record Rules(long must, long may, long fork, long until) {

        static Rules of(Architecture architecture) {
            var code = code(architecture);
            long text = TEXT + CODE_AT;
            return new Rules(text + code.must, text + code.may, text + code.fork, text + code.until);
        }
    }

    private static final int FAILED_STATUS = 127;

    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int MFD_EXEC = 0x10;
    private static final int F_ADD_SEALS = 1_033;
    private static final int EVERY_SEAL = 0xf;

    private final Descriptor image;

    private static Code code(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> X86_64;
            case AARCH64 -> AARCH64;
        };
    }

    private CallRunner(Descriptor image) {
        this.image = image;
    }

    /// Puts the program into memory.
    public static CallRunner open() throws OsException {
        var image = create();
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, elf(Architecture.OF_THIS_MACHINE));
            Libc.check("the call runner", SystemCall.WRITE, image.number(), bytes.address(), bytes.byteSize());
            Libc.check("the call runner", SystemCall.FCNTL, image.number(), F_ADD_SEALS, EVERY_SEAL);
            return new CallRunner(image);
        } catch (OsException refused) {
            image.close();
            throw refused;
        }
    }

    /// Kernels before 6.3 do not know that it will be executed.
    private static Descriptor create() throws OsException {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocateFrom("boda-runner").address();
            long made = Libc.call(SystemCall.MEMFD_CREATE, name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
            return new Descriptor(
                    made >= 0
                            ? made
                            : Libc.check(
                                    "the call runner", SystemCall.MEMFD_CREATE, name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
        }
    }

    /// Starts a process that waits for its first list, in a session of its own; its id. It is killed when the calling
    /// thread ends.
    ///
    /// @param descriptors ours by the child's numbers, with [#CONTROL] and [#FAILURES] among them
    public int spawn(SortedMap<Integer, Descriptor> descriptors) throws IOException {
        var program = "/proc/" + ProcessHandle.current().pid() + "/fd/" + image.number();
        return new ProcessSpawn(program, List.of("boda-runner"), Map.of(), "/", descriptors).spawn();
    }

    /// What a runner's report says of the list that it was in; empty when it reported nothing.
    public static Optional<OsException> failure(CallScript script, ByteBuffer report) {
        if (report.remaining() < FAILURE_BYTES) {
            return Optional.empty();
        }
        report.order(ByteOrder.LITTLE_ENDIAN);
        long at = report.getLong(report.position());
        long result = report.getLong(report.position() + Long.BYTES);
        return Optional.of(new OsException(script.describe((int) ((at - CALLS) / CALL_BYTES)), (int) -result));
    }

    /// One segment with the code, and one that is written to.
    static byte[] elf(Architecture architecture) {
        var code = code(architecture);
        var bytes = ByteBuffer.allocate(2 * PAGE).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        bytes.putShort((short) 2).putShort((short) code.elfMachine).putInt(1);
        bytes.putLong(TEXT + CODE_AT).putLong(HEADER_BYTES).putLong(0).putInt(0);
        bytes.putShort((short) HEADER_BYTES).putShort((short) SEGMENT_BYTES).putShort((short) 3);
        bytes.position(HEADER_BYTES);
        segment(bytes, new Segment(1, 5, 0, TEXT, PAGE, PAGE));
        segment(bytes, new Segment(1, 6, PAGE, WRITABLE, PAGE, DATA + DATA_BYTES - WRITABLE));
        segment(bytes, new Segment(0x6474e551, 6, 0, 0, 0, 0));
        bytes.put(HexFormat.of().parseHex(code.hex));
        waiting(architecture, bytes.position(PAGE + (int) (WAITING - WRITABLE)));
        atFailure(architecture, bytes.position(PAGE + (int) (AT_FAILURE - WRITABLE)));
        return bytes.array();
    }

    /// A program header.
    private record Segment(int type, int flags, long offset, long address, long fileBytes, long bytes) {}

    private static void segment(ByteBuffer bytes, Segment segment) {
        bytes.putInt(segment.type).putInt(segment.flags);
        bytes.putLong(segment.offset).putLong(segment.address).putLong(segment.address);
        bytes.putLong(segment.fileBytes).putLong(segment.bytes).putLong(PAGE);
    }

    /// A call as the runner reads it from memory.
    record Entry(SystemCall call, long[] arguments, long resultAt) {

        private static final int MOST_ARGUMENTS = 6;

        void put(Architecture architecture, ByteBuffer bytes, long rule, long target) {
            bytes.putLong(call.number(architecture));
            for (int i = 0; i < MOST_ARGUMENTS; i++) {
                bytes.putLong(i < arguments.length ? arguments[i] : 0);
            }
            bytes.putLong(resultAt).putLong(rule).putLong(target);
        }
    }

    /// Reads a list and what it points to; ends when there is none any more.
    private static void waiting(Architecture architecture, ByteBuffer bytes) {
        var rules = Rules.of(architecture);
        fixed(SystemCall.READ, CONTROL, CALLS, MESSAGE_CALLS * CALL_BYTES).put(architecture, bytes, rules.fork, END);
        fixed(SystemCall.READ, CONTROL, DATA, MESSAGE_BYTES).put(architecture, bytes, rules.fork, END);
        fixed(SystemCall.PRCTL, CallScript.PR_SET_PDEATHSIG, CallScript.SIGKILL)
                .put(architecture, bytes, rules.fork, CALLS);
        fixed(SystemCall.EXIT_GROUP, 0).put(architecture, bytes, rules.may, 0);
    }

    private static void atFailure(Architecture architecture, ByteBuffer bytes) {
        var rules = Rules.of(architecture);
        fixed(SystemCall.WRITE, FAILURES, FAILURE, FAILURE_BYTES).put(architecture, bytes, rules.may, 0);
        fixed(SystemCall.EXIT_GROUP, FAILED_STATUS).put(architecture, bytes, rules.may, 0);
    }

    private static Entry fixed(SystemCall call, long... arguments) {
        return new Entry(call, arguments, SCRATCH);
    }

    @Override
    public void close() {
        image.close();
    }
}
