package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// The C library: `syscall(2)` for nearly everything, and what only the library has.
///
/// Answers are the kernel's: a result, or the negative number of an error.
@SuppressWarnings("restricted")
final class Libc {

    static final int EAGAIN = 11;
    static final int EINTR = 4;
    static final int ESRCH = 3;
    static final int ENOENT = 2;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int EPIPE = 32;
    static final int ECONNRESET = 104;
    static final int ETIMEDOUT = 110;
    static final int EMSGSIZE = 90;

    static final int AT_FDCWD = -100;

    private static final int LONGEST_MESSAGE = 1_024;

    private static final MemoryLayout ERRNO = Linker.Option.captureStateLayout();

    private static final MethodHandle SYSCALL = Linker.nativeLinker()
            .downcallHandle(
                    function("syscall"),
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(1));

    /// Every function whose arguments and result are integers and pointers, six at most: where the library wants fewer
    /// or shorter ones it does not look at the rest. One shape of call is linked faster than ten.
    private static final MethodHandle FUNCTION = Linker.nativeLinker()
            .downcallHandle(
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private static final MemorySegment STRERROR = function("strerror");

    private Libc() {}

    /// A function of the library.
    static MemorySegment function(String name) {
        return findFunction(name)
                .orElseThrow(() -> new IllegalStateException("This machine's C library has no " + name));
    }

    /// The same, if the library has it.
    static Optional<MemorySegment> findFunction(String name) {
        return Linker.nativeLinker().defaultLookup().find(name);
    }

    /// Calls a function with up to six integers and addresses. One that returns an `int` fills the lower half only.
    static long invoke(MemorySegment function, long... arguments) {
        try {
            return (long) FUNCTION.invokeExact(
                    function,
                    argument(arguments, 0),
                    argument(arguments, 1),
                    argument(arguments, 2),
                    argument(arguments, 3),
                    argument(arguments, 4),
                    argument(arguments, 5));
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Makes a call; a failing one throws. `what` completes the sentence, such as a path.
    static long check(String what, SystemCall call, long... arguments) throws OsException {
        long result = call(call, arguments);
        if (result < 0) {
            throw new OsException(what.isEmpty() ? call.toString() : call + " of " + what, (int) -result);
        }
        return result;
    }

    /// Makes a call with up to six arguments; one that a signal interrupted is made again.
    static long call(SystemCall call, long... arguments) {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            while (true) {
                long result = call(
                        errno,
                        call,
                        argument(arguments, 0),
                        argument(arguments, 1),
                        argument(arguments, 2),
                        argument(arguments, 3),
                        argument(arguments, 4),
                        argument(arguments, 5));
                // An interrupted close has closed: once more, and it would close another's descriptor.
                if (result != -EINTR || call == SystemCall.CLOSE) {
                    return result;
                }
            }
        }
    }

    /// The same without an allocation: `errno` is the caller's, of [#errnoSegment(Arena)].
    static long call(MemorySegment errno, SystemCall call, long a, long b, long c, long d, long e, long f) {
        long result;
        try {
            result = (long) SYSCALL.invokeExact(errno, call.number(), a, b, c, d, e, f);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
        return result == -1 ? -errno.get(JAVA_INT, 0) : result;
    }

    static MemorySegment errnoSegment(Arena arena) {
        return arena.allocate(ERRNO);
    }

    /// The library's sentence for an error's number.
    static String message(int errno) {
        return MemorySegment.ofAddress(invoke(STRERROR, errno))
                .reinterpret(LONGEST_MESSAGE)
                .getString(0);
    }

    private static long argument(long[] arguments, int index) {
        return index < arguments.length ? arguments[index] : 0;
    }
}
