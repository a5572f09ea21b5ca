package dev.boda.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/// The server as a process and a JVM, under the names that Prometheus's own clients use, so that usual dashboards show
/// them.
public final class ProcessFamilies {

    private static final double NANOS_PER_SECOND = 1_000_000_000.0;
    private static final double MILLIS_PER_SECOND = 1_000.0;
    private static final int BYTES_PER_KILOBYTE = 1_024;
    private static final Path STATUS = Path.of("/proc/self/status");

    private final String version;

    /// @param version Boda's own
    public ProcessFamilies(String version) {
        this.version = version;
    }

    void addTo(Families families) {
        process(families);
        memory(families);
        collections(families);
        threads(families);
        families.gauge(
                "boda_build_info",
                "Always 1; its labels say what runs.",
                points -> points.add(
                        1, "version", version, "java", Runtime.version().toString()));
    }

    private static void process(Families families) {
        families.gauge(
                "process_start_time_seconds",
                "When the server started, in seconds since 1970.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS_PER_SECOND);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            families.counter(
                    "process_cpu_seconds",
                    "CPU time of the server, without its functions.",
                    points -> points.add(system.getProcessCpuTime() / NANOS_PER_SECOND));
            families.gauge("process_open_fds", "Open file descriptors.", system.getOpenFileDescriptorCount());
            families.gauge("process_max_fds", "Most file descriptors.", system.getMaxFileDescriptorCount());
        }
        families.gauge("process_resident_memory_bytes", "Memory of the server, without its functions.", points -> {
            long kilobytes = residentKilobytes();
            if (kilobytes > 0) {
                points.add((double) kilobytes * BYTES_PER_KILOBYTE);
            }
        });
    }

    private static long residentKilobytes() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (IOException unknown) {
            return 0;
        }
    }

    private static void memory(Families families) {
        var memory = ManagementFactory.getMemoryMXBean();
        families.gauge("jvm_memory_used_bytes", "Memory in use, by area.", points -> {
            points.add(memory.getHeapMemoryUsage().getUsed(), "area", "heap");
            points.add(memory.getNonHeapMemoryUsage().getUsed(), "area", "nonheap");
        });
        families.gauge(
                "jvm_memory_max_bytes",
                "Most memory, by area.",
                points -> points.add(memory.getHeapMemoryUsage().getMax(), "area", "heap"));
        families.gauge("jvm_buffer_pool_used_bytes", "Memory of buffers outside the heap, by pool.", points -> {
            for (var pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
                points.add(pool.getMemoryUsed(), "pool", pool.getName());
            }
        });
    }

    private static void collections(Families families) {
        var collectors = ManagementFactory.getGarbageCollectorMXBeans();
        families.counter(
                "jvm_gc_collections",
                "Garbage collections, by collector.",
                points -> collectors.forEach(
                        each -> points.add(Math.max(0, each.getCollectionCount()), "gc", each.getName())));
        families.counter(
                "jvm_gc_seconds",
                "Time of garbage collections, by collector.",
                points -> collectors.forEach(each ->
                        points.add(Math.max(0, each.getCollectionTime()) / MILLIS_PER_SECOND, "gc", each.getName())));
    }

    private static void threads(Families families) {
        var threads = ManagementFactory.getThreadMXBean();
        families.gauge("jvm_threads_current", "Platform threads.", threads.getThreadCount());
        var seconds = new TreeMap<String, Double>();
        for (var thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null) {
                double used = Math.max(0, threads.getThreadCpuTime(thread.getThreadId())) / NANOS_PER_SECOND;
                seconds.merge(role(thread.getThreadName()), used, Double::sum);
            }
        }
        families.gauge(
                "boda_thread_cpu_seconds",
                "CPU time of the living threads of each role; its growth a second is how many of them are busy.",
                points -> seconds.forEach((role, used) -> points.add(used, "role", role)));
    }

    private static String role(String threadName) {
        return switch (threadName) {
            case String name when name.startsWith("http-io") -> "event_loop";
            case String name when name.startsWith("ForkJoinPool-1-") -> "virtual_threads";
            case String name when name.startsWith("store-") -> "store";
            case String name when name.startsWith("log-") -> "logs";
            case String name when name.startsWith("sandbox") || name.startsWith("output") -> "output";
            default -> "other";
        };
    }
}
