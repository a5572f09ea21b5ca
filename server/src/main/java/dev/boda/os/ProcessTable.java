package dev.boda.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The machine's processes, as `/proc` shows them. Reads files: call it on a platform thread.
public final class ProcessTable {

    private static final Path PROC = Path.of("/proc");
    private static final int SIGKILL = 9;
    private static final String PEAK = "VmHWM:";
    private static final String CAUGHT = "SigCgt:";
    private static final String SHARE = "Pss:";
    private static final int KILOBYTE = 1_024;
    private static final int START = 19;
    private static final int KERNEL_THREADS = 2;
    private static final int CHILDREN_FAULTS = 8;

    private ProcessTable() {}

    /// One process.
    ///
    /// @param session    the id of the session it belongs to
    /// @param startTicks when it started, in clock ticks since the machine did: with the id it is unique
    public record Entry(int pid, int parent, int session, long startTicks) {}

    /// All that live; not those that ended and wait for their parents.
    public static List<Entry> living() throws IOException {
        try (Stream<Path> folders = Files.list(PROC)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> Character.isDigit(name.charAt(0)))
                    .flatMap(name -> find(Integer.parseInt(name)).stream())
                    .toList();
        }
    }

    /// Those of the living that were started after `pid`. Cheap while few were.
    public static List<Entry> startedAfter(int pid) throws IOException {
        var load = Files.readString(PROC.resolve("loadavg")).strip();
        int last = Integer.parseInt(load.substring(load.lastIndexOf(' ') + 1));
        return last < pid
                ? living()
                : IntStream.rangeClosed(pid + 1, last)
                        .boxed()
                        .flatMap(next -> find(next).stream())
                        .toList();
    }

    /// A process, if it lives.
    public static Optional<Entry> find(int pid) {
        return fields(pid)
                .filter(fields -> !fields.get(0).equals("Z") && !fields.get(0).equals("X"))
                .map(fields -> new Entry(
                        pid,
                        Integer.parseInt(fields.get(1)),
                        Integer.parseInt(fields.get(3)),
                        Long.parseLong(fields.get(START))));
    }

    /// When a process started that lives or waits for its parent.
    public static Optional<Long> startTicks(int pid) {
        return fields(pid).map(fields -> Long.valueOf(fields.get(START)));
    }

    /// What `proc(5)` says from the third field on: the second, the program's name, may hold anything.
    private static Optional<List<String>> fields(int pid) {
        return read(pid, "stat")
                .map(stat -> List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)));
    }

    /// A process with its children, and theirs. One that is started or reparented meanwhile may be missed.
    ///
    /// @param mostAsked so many of them, parents before children, are asked for their children
    public static List<Integer> descendants(int pid, int mostAsked) {
        var all = new ArrayList<>(List.of(pid));
        for (int i = 0; i < Math.min(all.size(), mostAsked); i++) {
            all.addAll(children(all.get(i)));
        }
        return all;
    }

    private static List<Integer> children(int pid) {
        try (Stream<Path> threads = Files.list(PROC.resolve(pid + "/task"))) {
            return threads.flatMap(thread -> read(pid, "task/" + thread.getFileName() + "/children").stream())
                    .flatMap(text -> Stream.of(text.split(" ", -1)))
                    .filter(child -> !child.isBlank())
                    .map(Integer::valueOf)
                    .toList();
        } catch (IOException | UncheckedIOException gone) {
            return List.of();
        }
    }

    /// Whether a process may have started another before this was asked, by what can be read at little cost: it has
    /// children, or has waited for some, or is gone.
    public static boolean mayHaveStartedOthers(int pid) throws IOException {
        // In this order: a child that it waits for meanwhile is seen as one or the other.
        return hasChildren(pid)
                || find(pid).isEmpty()
                || fields(pid)
                        .map(fields -> !fields.get(CHILDREN_FAULTS).equals("0"))
                        .orElse(true);
    }

    private static boolean hasChildren(int pid) throws IOException {
        try (Stream<Path> threads = Files.list(PROC.resolve(pid + "/task"))) {
            return threads.anyMatch(thread -> read(pid, "task/" + thread.getFileName() + "/children")
                    .map(text -> !text.isBlank())
                    .orElse(true));
        } catch (NoSuchFileException | UncheckedIOException gone) {
            return true;
        }
    }

    /// Whether a process was started with this variable, if we may know.
    public static boolean hasVariable(int pid, String nameAndValue) {
        return read(pid, "environ")
                .map(all -> ('\0' + all).contains('\0' + nameAndValue + '\0'))
                .orElse(false);
    }

    /// Whether a process shows no variable: while it changes its program it shows none that it has. What it was started
    /// with cannot be told then. None of the kernel's own is meant.
    public static boolean showsNoVariables(Entry process) {
        return process.parent() != KERNEL_THREADS
                && read(process.pid(), "environ").map(String::isEmpty).orElse(false);
    }

    /// The child that a process has had for longest, if it has one.
    public static Optional<Entry> firstChild(int pid) {
        return children(pid).stream()
                .flatMap(child -> find(child).stream())
                .filter(child -> child.parent() == pid)
                .findFirst();
    }

    /// Whether a process has registered a handler for a signal.
    public static boolean handles(int pid, int signal) {
        return read(pid, "status").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(CAUGHT))
                .mapToLong(line ->
                        Long.parseUnsignedLong(line.substring(CAUGHT.length()).strip(), 16))
                .anyMatch(caught -> (caught >>> (signal - 1) & 1) == 1);
    }

    /// Sends a signal to a process; whether it was there to receive it. Nothing happens if the id meanwhile belongs to
    /// another.
    public static boolean signal(Entry process, int signal) throws OsException {
        var opened = open(process);
        if (opened.isEmpty()) {
            return false;
        }
        try (var descriptor = opened.get()) {
            return Libc.call(SystemCall.PIDFD_SEND_SIGNAL, descriptor.number(), signal, 0, 0) == 0;
        }
    }

    /// Its descriptor, unless it has ended.
    private static Optional<Descriptor> open(Entry process) throws OsException {
        long opened = Libc.call(SystemCall.PIDFD_OPEN, process.pid(), 0);
        if (opened == -Libc.ESRCH) {
            return Optional.empty();
        }
        if (opened < 0) {
            throw new OsException("pidfd_open", (int) -opened);
        }
        var descriptor = new Descriptor(opened);
        boolean same = find(process.pid())
                .map(now -> now.startTicks() == process.startTicks())
                .orElse(false);
        if (!same) {
            descriptor.close();
        }
        return same ? Optional.of(descriptor) : Optional.empty();
    }

    /// Kills a process and waits until it has ended; whether it did in time. Nothing happens if the id meanwhile
    /// belongs to another.
    public static boolean kill(Entry process, Duration atMost) throws OsException {
        var opened = open(process);
        if (opened.isEmpty()) {
            return true;
        }
        try (var descriptor = opened.get()) {
            Libc.call(SystemCall.PIDFD_SEND_SIGNAL, descriptor.number(), SIGKILL, 0, 0);
            return Readiness.await(descriptor, Readiness.POLLIN, atMost);
        }
    }

    /// The most memory a process has used at once, in bytes; 0 when it has ended. Takes some ten microseconds and
    /// does not block: any thread may ask.
    public static long peakBytes(int pid, ReadBuffer buffer) {
        return bytes(pid, "status", PEAK, buffer);
    }

    /// A process' share of the memory in use, in bytes: of what several processes have in common each has its part,
    /// and a sum over processes counts nothing twice. 0 when it has ended, or may not be looked at. Takes some
    /// hundred microseconds, the more the more memory it has.
    public static long shareBytes(int pid, ReadBuffer buffer) {
        return bytes(pid, "smaps_rollup", SHARE, buffer);
    }

    private static long bytes(int pid, String file, String key, ReadBuffer buffer) {
        try (var opened = Descriptor.open("/proc/" + pid + "/" + file, 0)) {
            var text = StandardCharsets.ISO_8859_1
                    .decode(buffer.bytes(opened.read(buffer)))
                    .toString();
            int at = text.indexOf('\n' + key);
            if (at < 0) {
                return 0;
            }
            int number = at + 1 + key.length();
            return Long.parseLong(
                            text.substring(number, text.indexOf("kB", number)).strip())
                    * KILOBYTE;
        } catch (OsException gone) {
            return 0;
        }
    }

    private static Optional<String> read(int pid, String file) {
        try {
            var path = PROC.resolve(Integer.toString(pid)).resolve(file);
            return Optional.of(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
