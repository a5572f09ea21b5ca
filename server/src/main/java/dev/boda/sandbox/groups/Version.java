package dev.boda.sandbox.groups;

import dev.boda.os.ControlGroup;
import dev.boda.os.OsException;
import java.io.IOException;

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
        void limitCpu(ControlGroup group, CpuQuota quota) throws OsException {
            group.set("cpu.cfs_period_us", Long.toString(quota.periodMicros()));
            group.set("cpu.cfs_quota_us", Long.toString(quota.quotaMicros()));
        }

        @Override
        long outOfMemoryKills(ControlGroup group) throws IOException {
            return count(group.get("memory.oom_control"), "oom_kill ");
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
        void limitCpu(ControlGroup group, CpuQuota quota) throws OsException {
            group.set("cpu.max", quota.quotaMicros() + " " + quota.periodMicros());
        }

        @Override
        long outOfMemoryKills(ControlGroup group) throws IOException {
            return count(group.get("memory.events"), "oom_kill ");
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

    abstract void limitCpu(ControlGroup group, CpuQuota quota) throws OsException;

    /// How many processes of the group the kernel has killed because there was no memory left.
    abstract long outOfMemoryKills(ControlGroup group) throws IOException;

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

    private static long count(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.substring(key.length()).strip()))
                .sum();
    }
}
