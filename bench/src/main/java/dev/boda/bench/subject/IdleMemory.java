package dev.boda.bench.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What an idle environment occupies beside its runtime: measured with one that runs `sleep`.
///
/// @param kernelKilobytes   what the kernel counts as its own (/proc/meminfo: Slab, KernelStack, PageTables, Percpu)
/// @param processKilobytes  of its processes, what they share with others shared out (smaps_rollup: Pss)
/// @param processes         of it
/// @param availableKilobytes by how much the machine's MemAvailable fell
public record IdleMemory(double kernelKilobytes, double processKilobytes, double processes, double availableKilobytes) {

    private static final List<String> KERNEL = List.of("Slab", "KernelStack", "PageTables", "Percpu");

    /// Of the whole machine, and of the processes that run the program, with the first ones of their sandboxes.
    record Seen(long kernelKilobytes, long availableKilobytes, long processKilobytes, long processes) {

        static Seen of(String program) throws IOException {
            var found = new HashSet<Long>();
            ProcessHandle.current()
                    .descendants()
                    .filter(process -> process.info().command().orElse("").endsWith(program))
                    .forEach(process -> {
                        found.add(process.pid());
                        process.parent().ifPresent(first -> found.add(first.pid()));
                    });
            return of(found);
        }

        /// With all processes below a server.
        static Seen below(long server) throws IOException {
            var found = new HashSet<Long>();
            ProcessHandle.of(server).ifPresent(its -> its.descendants().forEach(process -> found.add(process.pid())));
            return of(found);
        }

        private static Seen of(Set<Long> processes) throws IOException {
            var memory = Files.readAllLines(Path.of("/proc/meminfo"));
            long kernel =
                    KERNEL.stream().mapToLong(name -> kilobytes(memory, name)).sum();
            long used = 0;
            for (long pid : processes) {
                used += kilobytes(Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup")), "Pss");
            }
            return new Seen(kernel, kilobytes(memory, "MemAvailable"), used, processes.size());
        }

        private static long kilobytes(List<String> lines, String name) {
            return lines.stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        }
    }

    static IdleMemory between(Seen before, Seen after, double environments) {
        return new IdleMemory(
                (after.kernelKilobytes - before.kernelKilobytes) / environments,
                (after.processKilobytes - before.processKilobytes) / environments,
                (after.processes - before.processes) / environments,
                (before.availableKilobytes - after.availableKilobytes) / environments);
    }

    /// For people.
    public String sentence() {
        return String.format(
                Locale.ROOT,
                "An idle environment that runs `sleep` has %.1f processes with %.0f KB, and the kernel keeps %.0f KB for"
                        + " it; MemAvailable fell by %.0f KB.",
                processes,
                processKilobytes,
                kernelKilobytes,
                availableKilobytes);
    }
}
