package dev.boda.bench.subject;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// Processor time of processes of this machine, in all their threads.
public final class ProcessorTime {

    private static final long NANOS_PER_TICK = 10_000_000;
    private static final Pattern COMPILER = Pattern.compile("\\(C[12] Compiler");
    private static final int USER_AT = 11;
    private static final int SYSTEM_AT = 12;
    private static final int ENDED_USER_AT = 13;
    private static final int ENDED_SYSTEM_AT = 14;

    private ProcessorTime() {}

    /// What a server and the runtimes below it have used so far.
    public record Spent(long serverNanos, long runtimesNanos) {

        public Spent since(Spent before) {
            return new Spent(serverNanos - before.serverNanos, runtimesNanos - before.runtimesNanos);
        }
    }

    /// Of a server and of all processes below it that run.
    public static Spent of(long pid) throws IOException {
        return of(pid, false);
    }

    /// As [#of], with what the processes used that were below them and have ended.
    public static Spent withEnded(long pid) throws IOException {
        return of(pid, true);
    }

    /// Of the benchmark's own process, so far.
    public static long ownNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /// Of the compiler threads of a JVM, so far.
    public static long compilersNanos(long pid) throws IOException {
        long nanos = 0;
        try (var threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (var thread : threads.toList()) {
                var stat = stat(thread);
                if (COMPILER.matcher(stat).find()) {
                    nanos += nanos(stat, false);
                }
            }
        }
        return nanos;
    }

    private static Spent of(long pid, boolean withEnded) throws IOException {
        long runtimes = 0;
        var below = ProcessHandle.of(pid)
                .map(server -> server.descendants().map(ProcessHandle::pid).toList())
                .orElse(List.of());
        for (long descendant : below) {
            runtimes += nanos(descendant, withEnded);
        }
        return new Spent(nanos(pid, withEnded), runtimes);
    }

    private static long nanos(long pid, boolean withEnded) throws IOException {
        var stat = stat(Path.of("/proc", Long.toString(pid)));
        return stat.isEmpty() ? 0 : nanos(stat, withEnded);
    }

    /// Empty if it has ended.
    private static String stat(Path process) throws IOException {
        try {
            return Files.readString(process.resolve("stat"));
        } catch (NoSuchFileException _) {
            return "";
        }
    }

    /// From a line of /proc/PID/stat. Linux counts in hundredths of a second there.
    static long nanos(String stat, boolean withEnded) {
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[USER_AT]) + Long.parseLong(fields[SYSTEM_AT]);
        if (withEnded) {
            ticks += Long.parseLong(fields[ENDED_USER_AT]) + Long.parseLong(fields[ENDED_SYSTEM_AT]);
        }
        return ticks * NANOS_PER_TICK;
    }
}
