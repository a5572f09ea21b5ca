package dev.boda.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A control group, of a version 1 hierarchy or of version 2: processes that are limited as one, with all their
/// descendants; those of version 2 are frozen and killed as one too.
///
/// @param folder where the kernel shows it
public record ControlGroup(Path folder) {

    private static final String PROCESSES = "cgroup.procs";
    private static final int O_WRONLY_TRUNC = 0x201;
    private static final int O_NONE = 0;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int FOLDER_MODE = 0755;

    /// Makes the group, if it is not there.
    public static ControlGroup create(Path folder) throws IOException {
        long result = make(folder);
        if (result < 0 && !Files.isDirectory(folder)) {
            throw new OsException("mkdir of " + folder, (int) -result);
        }
        return new ControlGroup(folder);
    }

    /// Makes the group. If it is there, nothing changes.
    ///
    /// @return whether it was not there
    public boolean createAnew() throws OsException {
        long result = make(folder);
        if (result < 0 && result != -Libc.EEXIST) {
            throw new OsException("mkdir of " + folder, (int) -result);
        }
        return result >= 0;
    }

    private static long make(Path folder) {
        try (var arena = Arena.ofConfined()) {
            return Libc.call(
                    SystemCall.MKDIRAT,
                    Libc.AT_FDCWD,
                    arena.allocateFrom(folder.toString()).address(),
                    FOLDER_MODE);
        }
    }

    /// Whether the kernel shows this file of the group, and this process may write it.
    public boolean offers(String file) {
        return Files.isWritable(folder.resolve(file));
    }

    /// Writes a file of the group. What is written is said to the kernel, which takes it or refuses.
    public void set(String file, String value) throws OsException {
        write(file, value);
    }

    /// What a file of the group says; nothing if there is none.
    public String get(String file) throws IOException {
        try {
            return Files.readString(folder.resolve(file), StandardCharsets.US_ASCII);
        } catch (NoSuchFileException none) {
            return "";
        }
    }

    /// Whether the kernel can end the group at once (version 2, Linux 5.14).
    public boolean canKill() {
        return offers("cgroup.kill");
    }

    /// Moves a process in, unless it has ended; what it starts from then on is inside too. Takes up to 10 ms.
    public void add(int pid) throws OsException {
        try {
            write(PROCESSES, Integer.toString(pid));
        } catch (OsException refused) {
            if (refused.errno() != Libc.ESRCH) {
                throw refused;
            }
        }
    }

    /// No process inside gets CPU time until [#thaw()]. Version 2, as are the next two.
    public void freeze() throws OsException {
        write("cgroup.freeze", "1");
    }

    public void thaw() throws OsException {
        write("cgroup.freeze", "0");
    }

    /// Kills every process inside, frozen ones too, and waits until they have ended; whether they did in time. A group
    /// that is gone has none. Blocks: call it on a platform thread.
    public boolean kill(Duration atMost) throws IOException {
        if (!Files.isDirectory(folder)) {
            return true;
        }
        write("cgroup.kill", "1");
        long deadline = System.nanoTime() + atMost.toNanos();
        var buffer = ReadBuffer.ofBytes(256);
        while (true) {
            try (var events = Descriptor.open(folder.resolve("cgroup.events").toString(), O_NONE)) {
                if (!text(events, buffer).contains("populated 1")) {
                    return true;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                Readiness.await(events, Readiness.POLLPRI, Duration.ofNanos(left));
            }
        }
    }

    /// The processes inside.
    public List<Integer> processes(ReadBuffer buffer) throws OsException {
        try (var procs = Descriptor.open(folder.resolve(PROCESSES).toString(), O_NONE)) {
            return Arrays.stream(text(procs, buffer).split("\n", -1))
                    .filter(line -> !line.isEmpty())
                    .map(Integer::valueOf)
                    .toList();
        }
    }

    /// The group above, unless this is the topmost that is mounted here.
    public Optional<ControlGroup> parent() {
        return Optional.ofNullable(folder.getParent())
                .map(ControlGroup::new)
                .filter(above -> Files.exists(above.folder().resolve(PROCESSES)));
    }

    /// The groups below.
    public List<ControlGroup> children() throws IOException {
        try (var folders = Files.list(folder)) {
            return folders.filter(Files::isDirectory).map(ControlGroup::new).toList();
        }
    }

    /// Removes the group, if it is there; it must be empty.
    public void remove() throws OsException {
        try (var arena = Arena.ofConfined()) {
            long result = Libc.call(
                    SystemCall.UNLINKAT,
                    Libc.AT_FDCWD,
                    arena.allocateFrom(folder.toString()).address(),
                    AT_REMOVEDIR);
            if (result < 0 && result != -Libc.ENOENT) {
                throw new OsException("rmdir of " + folder, (int) -result);
            }
        }
    }

    private static String text(Descriptor file, ReadBuffer buffer) throws OsException {
        int length = file.read(buffer);
        return StandardCharsets.US_ASCII.decode(buffer.bytes(length)).toString();
    }

    private void write(String file, String value) throws OsException {
        try (var arena = Arena.ofConfined();
                var opened = Descriptor.open(folder.resolve(file).toString(), O_WRONLY_TRUNC)) {
            var bytes = arena.allocateFrom(value);
            Libc.check(
                    folder.resolve(file).toString(),
                    SystemCall.WRITE,
                    opened.number(),
                    bytes.address(),
                    value.length());
        }
    }
}
