package dev.boda.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/// A program to start in a session of its own, with exactly these arguments, variables and descriptors.
///
/// It reads `/dev/null`, has no signal blocked or ignored, and inherits no other descriptor. It is born in the
/// mount namespace of the thread that calls [#spawn()].
///
/// @param program          its path
/// @param arguments        all of them, the first is its name
/// @param environment      all its variables
/// @param workingDirectory where it starts
/// @param descriptors      ours, by the number that the program sees; from 1 on
public record ProcessSpawn(
        String program,
        List<String> arguments,
        Map<String, String> environment,
        String workingDirectory,
        SortedMap<Integer, Descriptor> descriptors) {

    private static final short POSIX_SPAWN_SETSIGDEF = 0x04;
    private static final short POSIX_SPAWN_SETSIGMASK = 0x08;
    private static final short POSIX_SPAWN_SETSID = 0x80;

    /// `posix_spawn_file_actions_t`, `posix_spawnattr_t` and `sigset_t` are 80, 336 and 128 bytes in glibc.
    private static final int OPAQUE_BYTES = 1_024;

    private static final MethodHandle SPAWN =
            Libc.handle("posix_spawn", ints(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle ACTIONS_INIT = Libc.handle("posix_spawn_file_actions_init", ints(ADDRESS));
    private static final MethodHandle ACTIONS_DESTROY = Libc.handle("posix_spawn_file_actions_destroy", ints(ADDRESS));
    private static final MethodHandle ADD_OPEN =
            Libc.handle("posix_spawn_file_actions_addopen", ints(ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle ADD_DUP2 =
            Libc.handle("posix_spawn_file_actions_adddup2", ints(ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle ADD_CLOSE_FROM =
            Libc.handle("posix_spawn_file_actions_addclosefrom_np", ints(ADDRESS, JAVA_INT));
    private static final MethodHandle ADD_CHDIR =
            Libc.handle("posix_spawn_file_actions_addchdir_np", ints(ADDRESS, ADDRESS));
    private static final MethodHandle ATTRIBUTES_INIT = Libc.handle("posix_spawnattr_init", ints(ADDRESS));
    private static final MethodHandle ATTRIBUTES_DESTROY = Libc.handle("posix_spawnattr_destroy", ints(ADDRESS));
    private static final MethodHandle SET_FLAGS = Libc.handle("posix_spawnattr_setflags", ints(ADDRESS, JAVA_SHORT));
    private static final MethodHandle SET_MASK = Libc.handle("posix_spawnattr_setsigmask", ints(ADDRESS, ADDRESS));
    private static final MethodHandle SET_DEFAULT =
            Libc.handle("posix_spawnattr_setsigdefault", ints(ADDRESS, ADDRESS));
    private static final MethodHandle SIGFILLSET = Libc.handle("sigfillset", ints(ADDRESS));
    private static final MethodHandle SIGEMPTYSET = Libc.handle("sigemptyset", ints(ADDRESS));

    /// Starts the program and returns its process id. Blocks until the program runs: call it on a platform thread.
    public int spawn() throws OsException {
        try (var arena = Arena.ofConfined()) {
            var pid = arena.allocate(JAVA_INT);
            var actions = arena.allocate(OPAQUE_BYTES, 16);
            var attributes = arena.allocate(OPAQUE_BYTES, 16);
            check((int) ACTIONS_INIT.invokeExact(actions));
            try {
                check((int) ATTRIBUTES_INIT.invokeExact(attributes));
                try {
                    addActions(arena, actions);
                    setAttributes(arena, attributes);
                    check((int) SPAWN.invokeExact(
                            pid,
                            arena.allocateFrom(program),
                            actions,
                            attributes,
                            strings(arena, arguments),
                            strings(arena, variables())));
                    return pid.get(JAVA_INT, 0);
                } finally {
                    check((int) ATTRIBUTES_DESTROY.invokeExact(attributes));
                }
            } finally {
                check((int) ACTIONS_DESTROY.invokeExact(actions));
            }
        } catch (OsException | RuntimeException | Error known) {
            throw known;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void addActions(Arena arena, MemorySegment actions) throws Throwable {
        check((int) ADD_OPEN.invokeExact(actions, 0, arena.allocateFrom("/dev/null"), 0, 0));
        for (var descriptor : descriptors.entrySet()) {
            int number = descriptor.getKey();
            check((int) ADD_DUP2.invokeExact(actions, descriptor.getValue().number(), number));
        }
        int first = descriptors.isEmpty() ? 1 : descriptors.lastKey() + 1;
        check((int) ADD_CLOSE_FROM.invokeExact(actions, first));
        check((int) ADD_CHDIR.invokeExact(actions, arena.allocateFrom(workingDirectory)));
    }

    private void setAttributes(Arena arena, MemorySegment attributes) throws Throwable {
        var signals = arena.allocate(OPAQUE_BYTES, 16);
        check((int) SIGFILLSET.invokeExact(signals));
        check((int) SET_DEFAULT.invokeExact(attributes, signals));
        check((int) SIGEMPTYSET.invokeExact(signals));
        check((int) SET_MASK.invokeExact(attributes, signals));
        short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID;
        check((int) SET_FLAGS.invokeExact(attributes, flags));
    }

    private List<String> variables() {
        return environment.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }

    private void check(int error) throws OsException {
        if (error != 0) {
            throw new OsException("Starting " + program + " in " + workingDirectory, error);
        }
    }

    private static MemorySegment strings(Arena arena, List<String> strings) {
        var array = arena.allocate(ADDRESS, strings.size() + 1L);
        for (int i = 0; i < strings.size(); i++) {
            var string = strings.get(i);
            if (string.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("An argument or a variable holds a NUL character");
            }
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(string));
        }
        array.setAtIndex(ADDRESS, strings.size(), MemorySegment.NULL);
        return array;
    }

    private static FunctionDescriptor ints(MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_INT, arguments);
    }
}
