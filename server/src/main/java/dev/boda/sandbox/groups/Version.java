package dev.boda.sandbox.groups;

import dev.boda.os.ControlGroup;
import dev.boda.os.EventLoop;
import dev.boda.os.OsException;
import java.io.IOException;
import java.util.OptionalLong;

/// What limits are called in a version of control groups.
enum Version {
    ONE("tasks", "memory.limit_in_bytes", "cpu.cfs_quota_us") {
        @Override
        void limitMemory(ControlGroup group, long bytes) throws OsException {
            var most = Long.toString(bytes);
            group.set("memory.limit_in_bytes", most);
            if (group.offers("memory.memsw.limit_in_bytes")) {
                group.set("memory.memsw.limit_in_bytes", most);
            }
        }

        @Override
        void limitTotal(ControlGroup group, long bytes, long scarceBytes) throws OsException {
            limitMemory(group, bytes);
        }

        @Override
        MemoryAlarm alarm(ControlGroup group, long atBytes, EventLoop loop, Runnable ring) throws OsException {
            return MemoryAlarm.ofVersionOne(group, atBytes, loop, ring);
        }

        @Override
        long chargedMemory(ControlGroup group) throws IOException {
            return number(group.get("memory.usage_in_bytes"));
        }

        @Override
        OptionalLong peakMemory(ControlGroup group) throws IOException {
            return known(group.get("memory.max_usage_in_bytes"));
        }

        @Override
        void limitCpu(ControlGroup group, CpuQuota quota) throws OsException {
            group.set("cpu.cfs_period_us", Long.toString(quota.periodMicros()));
            group.set("cpu.cfs_quota_us", Long.toString(quota.quotaMicros()));
        }

        @Override
        void weigh(ControlGroup group, int percent) throws OsException {
            group.set("cpu.shares", Integer.toString(percent * USUAL_SHARES / 100));
        }

        @Override
        long outOfMemoryKills(ControlGroup group) throws IOException {
            return count(group.get(OUT_OF_MEMORY), "oom_kill ");
        }

        @Override
        OptionalLong cpuNanos(ControlGroup group) throws IOException {
            return known(group.get("cpuacct.usage"));
        }

        @Override
        long usedMemory(ControlGroup group) throws IOException {
            var stat = group.get("memory.stat");
            return held(chargedMemory(group), stat, "total_inactive_file ", "total_active_file ");
        }

        @Override
        void freeze(ControlGroup group) throws OsException {
            group.set("freezer.state", "FROZEN");
        }

        @Override
        void thaw(ControlGroup group) throws OsException {
            group.set("freezer.state", "THAWED");
        }
    },

    TWO("cgroup.procs", "memory.max", "cpu.max") {
        @Override
        void limitMemory(ControlGroup group, long bytes) throws OsException {
            group.set("memory.max", Long.toString(bytes));
            if (group.offers("memory.swap.max")) {
                group.set("memory.swap.max", "0");
            }
            if (group.offers("memory.oom.group")) {
                group.set("memory.oom.group", "1");
            }
        }

        @Override
        void limitTotal(ControlGroup group, long bytes, long scarceBytes) throws OsException {
            group.set("memory.max", Long.toString(bytes));
            group.set("memory.high", Long.toString(scarceBytes));
        }

        @Override
        MemoryAlarm alarm(ControlGroup group, long atBytes, EventLoop loop, Runnable ring) throws OsException {
            return MemoryAlarm.ofVersionTwo(group, loop, ring);
        }

        @Override
        long chargedMemory(ControlGroup group) throws IOException {
            return number(group.get("memory.current"));
        }

        // Since Linux 5.19.
        @Override
        OptionalLong peakMemory(ControlGroup group) throws IOException {
            return known(group.get("memory.peak"));
        }

        @Override
        void limitCpu(ControlGroup group, CpuQuota quota) throws OsException {
            group.set("cpu.max", quota.quotaMicros() + " " + quota.periodMicros());
        }

        @Override
        void weigh(ControlGroup group, int percent) throws OsException {
            group.set("cpu.weight", Integer.toString(percent));
        }

        @Override
        long outOfMemoryKills(ControlGroup group) throws IOException {
            return count(group.get("memory.events"), "oom_kill ");
        }

        // There with and without the controller.
        @Override
        OptionalLong cpuNanos(ControlGroup group) throws IOException {
            var stat = group.get("cpu.stat");
            return stat.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(count(stat, "usage_usec ") * NANOS_PER_MICROSECOND);
        }

        @Override
        long usedMemory(ControlGroup group) throws IOException {
            var stat = group.get("memory.stat");
            return held(chargedMemory(group), stat, "inactive_file ", "active_file ", "slab_reclaimable ");
        }

        @Override
        void freeze(ControlGroup group) throws OsException {
            group.freeze();
        }

        @Override
        void thaw(ControlGroup group) throws OsException {
            group.thaw();
        }
    };

    private static final int NANOS_PER_MICROSECOND = 1_000;
    private static final int USUAL_SHARES = 1_024;
    private static final String OUT_OF_MEMORY = "memory.oom_control";
    private static final String MOST_PROCESSES = "pids.max";

    private final String joinFile;
    private final String memoryFile;
    private final String cpuFile;

    Version(String joinFile, String memoryFile, String cpuFile) {
        this.joinFile = joinFile;
        this.memoryFile = memoryFile;
        this.cpuFile = cpuFile;
    }

    abstract void limitMemory(ControlGroup group, long bytes) throws OsException;

    /// Limits the group that all sandboxes' groups are below.
    ///
    /// @param scarceBytes where those who want more are slowed down, as far as this version can do that
    abstract void limitTotal(ControlGroup group, long bytes, long scarceBytes) throws OsException;

    /// Rings when the group passes `atBytes`, or its limit is reached.
    abstract MemoryAlarm alarm(ControlGroup group, long atBytes, EventLoop loop, Runnable ring) throws OsException;

    /// What counts towards the group's limit, in bytes, with files that the kernel could drop.
    abstract long chargedMemory(ControlGroup group) throws IOException;

    /// The most of that so far, if it is known here.
    abstract OptionalLong peakMemory(ControlGroup group) throws IOException;

    abstract void limitCpu(ControlGroup group, CpuQuota quota) throws OsException;

    /// How much the group weighs when several want a processor, in percent of what one usually does.
    abstract void weigh(ControlGroup group, int percent) throws OsException;

    /// How many processes of the group the kernel has killed because there was no memory left.
    abstract long outOfMemoryKills(ControlGroup group) throws IOException;

    /// The CPU time used in the group so far, if it is known here.
    abstract OptionalLong cpuNanos(ControlGroup group) throws IOException;

    /// What the group's processes and the kernel hold for them, in bytes, without what the kernel drops when somebody
    /// needs the space.
    abstract long usedMemory(ControlGroup group) throws IOException;

    abstract void freeze(ControlGroup group) throws OsException;

    abstract void thaw(ControlGroup group) throws OsException;

    void limitProcesses(ControlGroup group, int most) throws OsException {
        group.set(MOST_PROCESSES, Integer.toString(most));
    }

    /// To what a process of one thread writes `0` to join by itself. Version 1's `tasks` moves one
    /// thread, for which the kernel need not hold up all other threads of the machine: 0.3 ms instead
    /// of 6 or 20.
    String joinFile() {
        return joinFile;
    }

    /// The file that a group must have, and that must be writable, for a duty.
    String needs(Duty duty) {
        return switch (duty) {
            case MEMORY -> memoryFile;
            case CPU -> cpuFile;
            case PROCESSES -> MOST_PROCESSES;
            case END -> this == ONE ? "freezer.state" : "cgroup.freeze";
        };
    }

    private static long number(String text) {
        return known(text).orElse(0);
    }

    private static OptionalLong known(String text) {
        return text.isBlank() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.strip()));
    }

    private static long held(long charged, String stat, String... reclaimable) {
        long bytes = charged;
        for (var key : reclaimable) {
            bytes -= count(stat, key);
        }
        return Math.max(0, bytes);
    }

    private static long count(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.substring(key.length()).strip()))
                .sum();
    }
}
