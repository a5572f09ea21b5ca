package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private static final int POSIX_SPAWN_SETSIGDEF = 0x04;
    private static final int POSIX_SPAWN_SETSIGMASK = 0x08;
    private static final int POSIX_SPAWN_SETSID = 0x80;

    /// `posix_spawn_file_actions_t`, `posix_spawnattr_t` and `sigset_t` are 80, 336 and 128 bytes in glibc.
    private static final int OPAQUE_BYTES = 1_024;

    private static final MemorySegment SPAWN = Libc.function("posix_spawn");
    private static final MemorySegment ACTIONS_INIT = Libc.function("posix_spawn_file_actions_init");
    private static final MemorySegment ACTIONS_DESTROY = Libc.function("posix_spawn_file_actions_destroy");
    private static final MemorySegment ADD_OPEN = Libc.function("posix_spawn_file_actions_addopen");
    private static final MemorySegment ADD_DUP2 = Libc.function("posix_spawn_file_actions_adddup2");
    private static final MemorySegment ADD_CHDIR = Libc.function("posix_spawn_file_actions_addchdir_np");
    private static final MemorySegment ADD_CLOSE = Libc.function("posix_spawn_file_actions_addclose");
    private static final Optional<MemorySegment> ADD_CLOSE_FROM =
            Libc.findFunction("posix_spawn_file_actions_addclosefrom_np");
    private static final MemorySegment ATTRIBUTES_INIT = Libc.function("posix_spawnattr_init");
    private static final MemorySegment ATTRIBUTES_DESTROY = Libc.function("posix_spawnattr_destroy");
    private static final MemorySegment SET_FLAGS = Libc.function("posix_spawnattr_setflags");
    private static final MemorySegment SET_MASK = Libc.function("posix_spawnattr_setsigmask");
    private static final MemorySegment SET_DEFAULT = Libc.function("posix_spawnattr_setsigdefault");
    private static final MemorySegment SIGFILLSET = Libc.function("sigfillset");
    private static final MemorySegment SIGEMPTYSET = Libc.function("sigemptyset");

    /// Starts the program and returns its process id. Blocks until the program runs: call it on a platform thread.
    public int spawn() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var pid = arena.allocate(JAVA_INT);
            var actions = arena.allocate(OPAQUE_BYTES, 16);
            var attributes = arena.allocate(OPAQUE_BYTES, 16);
            check(ACTIONS_INIT, actions.address());
            try {
                check(ATTRIBUTES_INIT, attributes.address());
                try {
                    addActions(arena, actions.address());
                    setAttributes(arena, attributes.address());
                    check(
                            SPAWN,
                            pid.address(),
                            string(arena, program),
                            actions.address(),
                            attributes.address(),
                            strings(arena, arguments),
                            strings(arena, variables()));
                    return pid.get(JAVA_INT, 0);
                } finally {
                    check(ATTRIBUTES_DESTROY, attributes.address());
                }
            } finally {
                check(ACTIONS_DESTROY, actions.address());
            }
        }
    }

    private void addActions(Arena arena, long actions) throws IOException {
        check(ADD_OPEN, actions, 0, string(arena, "/dev/null"), 0, 0);
        for (var descriptor : descriptors.entrySet()) {
            check(ADD_DUP2, actions, descriptor.getValue().number(), descriptor.getKey());
        }
        int first = descriptors.isEmpty() ? 1 : descriptors.lastKey() + 1;
        if (ADD_CLOSE_FROM.isPresent()) {
            check(ADD_CLOSE_FROM.get(), actions, first);
        } else {
            addCloses(actions, first);
        }
        check(ADD_CHDIR, actions, string(arena, workingDirectory));
    }

    /// Before glibc 2.34: closes what is open now. What opens meanwhile closes by itself, as the JDK opens files.
    private void addCloses(long actions, int first) throws IOException {
        try (var open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (var path : open) {
                int number = Integer.parseInt(path.getFileName().toString());
                if (number >= first) {
                    check(ADD_CLOSE, actions, number);
                }
            }
        }
    }

    private void setAttributes(Arena arena, long attributes) throws OsException {
        long signals = arena.allocate(OPAQUE_BYTES, 16).address();
        check(SIGFILLSET, signals);
        check(SET_DEFAULT, attributes, signals);
        check(SIGEMPTYSET, signals);
        check(SET_MASK, attributes, signals);
        check(SET_FLAGS, attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
    }

    private List<String> variables() {
        return environment.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }

    private void check(MemorySegment function, long... arguments) throws OsException {
        int error = (int) Libc.invoke(function, arguments);
        if (error != 0) {
            throw new OsException("Starting " + program + " in " + workingDirectory, error);
        }
    }

    private static long strings(Arena arena, List<String> strings) {
        var array = arena.allocate(JAVA_LONG, strings.size() + 1L);
        for (int i = 0; i < strings.size(); i++) {
            array.setAtIndex(JAVA_LONG, i, string(arena, strings.get(i)));
        }
        return array.address();
    }

    private static long string(Arena arena, String string) {
        if (string.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("An argument or a variable holds a NUL character");
        }
        return arena.allocateFrom(string).address();
    }
}
