package dev.boda.sandbox.groups;

import dev.boda.os.ControlGroup;
import dev.boda.os.EventLoop;
import dev.boda.os.OsException;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.Sandbox.Exit;
import dev.boda.sandbox.SandboxSpec.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one sandbox may use: a group in each hierarchy that has a duty, maybe in none. Reads and writes files of the
/// kernel's, tens of microseconds each; what takes longer says so. Safe for several threads.
public final class ResourceGroup {

    private static final Logger log = LoggerFactory.getLogger(ResourceGroup.class);

    private static final long BYTES_PER_MEGABYTE = 1_048_576;
    private static final int WEIGHT = 100;

    /// Alone, an Init has all processors. Beside four of them on two processors a warm function's 1 ms took 7.4 ms (in
    /// the middle) at the same weight, 2.0 ms at a quarter of it and 1.1 ms at this.
    private static final int WEIGHT_IN_INIT = 10;

    /// Of whoever uses up its quota, and of what is ending.
    private static final int WEIGHT_OF_OTHERS = 25;

    private final String name;
    private final Map<Duty, Seat> seats;
    private final OpenGroups open;
    private volatile long memoryLimitBytes = Long.MAX_VALUE;
    private volatile long shareBytes = Long.MAX_VALUE;
    private volatile long outOfMemoryBytes;
    private final Burning burning = new Burning();
    private volatile @Nullable CpuQuota cpuQuota;
    private volatile boolean warm;
    private volatile boolean frozen;
    private volatile boolean ending;
    private volatile boolean ranOut;
    private volatile @Nullable MemoryWatch watch;

    private ResourceGroup(String name, Map<Duty, Seat> seats, OpenGroups open) {
        this.name = name;
        this.seats = seats;
        this.open = open;
    }

    /// Makes the groups of this name below the server's.
    ///
    /// @param open where it is listed until it is removed
    static ResourceGroup create(Map<Duty, Seat> server, String name, OpenGroups open) throws IOException {
        var seats = new EnumMap<Duty, Seat>(Duty.class);
        server.forEach((duty, seat) -> seats.put(duty, seat.below(name)));
        var group = new ResourceGroup(name, seats, open);
        try {
            for (var each : group.groups()) {
                Emptying.create(each);
            }
            group.weigh(WEIGHT_IN_INIT);
        } catch (IOException refused) {
            group.removeAll(refused);
            throw refused;
        }
        open.add(group);
        return group;
    }

    /// Whether there is a group at all: without one nothing is limited, and processes are found by
    /// other means.
    public boolean holdsProcesses() {
        return !seats.isEmpty();
    }

    /// The files to which a process of a single thread writes `0` to join by itself, which costs it 0.3
    /// ms in version 1 and 7 to 20 ms in version 2. What it starts from then on is inside too.
    public List<Path> joinFiles() {
        return seats.values().stream()
                .map(seat -> seat.group().folder().resolve(seat.version().joinFile()))
                .distinct()
                .toList();
    }

    /// Moves a process in with all its threads, unless it has ended; what it starts from then on is
    /// inside too. Takes some 10 ms a hierarchy: call it on a platform thread.
    public void add(int pid) throws IOException {
        for (var group : groups()) {
            group.add(pid);
        }
    }

    /// From now on memory and processes are limited.
    ///
    /// The memory limit is the function's MemorySize as it is, and all that the kernel can charge to
    /// the sandbox counts: the processes' own memory, what the kernel holds for them (page tables,
    /// sockets, pipes), files in a tmpfs. As on AWS it is the size of the whole execution environment:
    /// the runtime, extensions and all that they start share it, and nothing is added for the
    /// platform's own part, which is below half a megabyte here. Files that were read count until
    /// somebody needs the space: the kernel drops them before it kills. There is no swap: a function
    /// that needs more than it has ends instead of getting slow.
    ///
    /// Whoever goes beyond is killed by the kernel. On AWS that is the end of the environment, not of one
    /// of its processes: version 2 kills them all; for version 1 [#endWhenOutOfMemory(EventLoop)] does.
    public void limit(Limits limits) throws IOException {
        var memory = seats.get(Duty.MEMORY);
        if (memory != null) {
            long bytes = limits.memoryMegabytes() * BYTES_PER_MEGABYTE;
            memory.version().limitMemory(memory.group(), bytes);
            memoryLimitBytes = bytes;
        }
        var processes = seats.get(Duty.PROCESSES);
        if (processes != null) {
            processes.version().limitProcesses(processes.group(), limits.processes());
        }
    }

    /// Sees to it that all processes are killed as soon as the kernel kills one for want of memory, where
    /// the kernel does not do so itself.
    public void endWhenOutOfMemory(EventLoop loop) throws IOException {
        var memory = seats.get(Duty.MEMORY);
        if (memory != null && memory.version() == Version.ONE) {
            watch = MemoryWatch.start(memory.group(), this::memoryLimitBytes, loop, this::ranOut);
        }
    }

    /// Ends all inside because all sandboxes together have no memory left.
    void endForOthers(long usedBytes) {
        outOfMemoryBytes = usedBytes;
        ranOut();
    }

    /// All inside are about to be killed.
    public void ends() {
        ending = true;
    }

    boolean isEnding() {
        return ending;
    }

    /// Called by the loop's thread, so it waits for nobody's end. Version 1 lets go of nobody who stands still.
    private void ranOut() {
        ends();
        ranOut = true;
        try {
            var end = seats.get(Duty.END);
            if (end != null && end.group().canKill()) {
                end.group().set("cgroup.kill", "1");
            } else {
                thaw();
                Emptying.kill(groups(), Duration.ZERO);
            }
            letEnd();
        } catch (IOException gone) {
            log.debug("A sandbox that ran out of memory has ended already", gone);
        }
    }

    /// How much memory [#limit(Limits)] allows, in bytes; no limit if nothing holds it.
    public long memoryLimitBytes() {
        return memoryLimitBytes;
    }

    /// With how much its placer counts this sandbox, in bytes; the limit, until somebody tells.
    public void share(long bytes) {
        shareBytes = bytes;
    }

    long shareBytes() {
        return Math.min(shareBytes, memoryLimitBytes);
    }

    /// What all inside use now, in bytes, without what the kernel can drop; 0 if not known.
    public long usedMemory() throws IOException {
        var memory = seats.get(Duty.MEMORY);
        return memory == null ? 0 : memory.version().usedMemory(memory.group());
    }

    long chargedMemory() throws IOException {
        var memory = seats.get(Duty.MEMORY);
        return memory == null ? 0 : memory.version().chargedMemory(memory.group());
    }

    /// What was used when memory ran out, in bytes: all that is allowed, unless it was for others that this one ended.
    public long outOfMemoryBytes() throws IOException {
        if (outOfMemoryBytes > 0) {
            return outOfMemoryBytes;
        }
        var memory = seats.get(Duty.MEMORY);
        return memory == null
                ? memoryLimitBytes
                : Math.min(
                        memoryLimitBytes,
                        memory.version().peakMemory(memory.group()).orElse(memoryLimitBytes));
    }

    /// The CPU time that all inside have used so far, the ended included, in nanoseconds; -1 if not known.
    public long cpuNanos() throws IOException {
        for (var seat : List.of(Duty.END, Duty.CPU)) {
            var found = seats.get(seat);
            var nanos = found == null ? OptionalLong.empty() : found.version().cpuNanos(found.group());
            if (nanos.isPresent()) {
                return nanos.getAsLong();
            }
        }
        return -1;
    }

    /// From now on the processes get the CPU time that this memory size is worth: see [CpuQuota].
    public void limitCpu(int memoryMegabytes) throws IOException {
        var cpu = seats.get(Duty.CPU);
        if (cpu != null) {
            var quota = CpuQuota.of(memoryMegabytes);
            cpu.version().limitCpu(cpu.group(), quota);
            cpuQuota = quota;
        }
    }

    /// From now on they have a processor to end on, whatever their quota was, if nobody else wants it. To end takes a
    /// process CPU time, too: a thousand of them, killed under the quota of a small function, need half a minute.
    public void letEnd() {
        var cpu = seats.get(Duty.CPU);
        try {
            if (cpu != null && Files.isDirectory(cpu.group().folder())) {
                limitCpu(CpuQuota.MEGABYTES_PER_CPU);
                weigh(WEIGHT_OF_OTHERS);
            }
        } catch (IOException refused) {
            log.debug("{} ends with the processor time that it has", name, refused);
        }
    }

    /// Init is over: it weighs as much as the others from now on.
    public void initialised() throws IOException {
        weigh(WEIGHT);
        warm = true;
    }

    /// From then on it weighs less while it uses up what CPU time it can have. Called by one thread, now and then.
    ///
    /// @param fairShare processors that the busy ones have each
    /// @return how many it has used itself
    double weighBurning(long now, double fairShare) throws IOException {
        var quota = cpuQuota;
        if (!warm || quota == null || frozen || ending) {
            return 0;
        }
        boolean before = burning.burns();
        burning.look(cpuNanos(), now, Math.min(quota.processors(), fairShare));
        if (burning.burns() != before) {
            weigh(before ? WEIGHT : WEIGHT_OF_OTHERS);
        }
        return burning.processors();
    }

    private void weigh(int percent) throws IOException {
        var cpu = seats.get(Duty.CPU);
        if (cpu != null) {
            cpu.version().weigh(cpu.group(), percent);
        }
    }

    /// How many of the processes the kernel has killed because they needed more memory than they have.
    public long outOfMemoryKills() throws IOException {
        var memory = seats.get(Duty.MEMORY);
        return memory == null ? 0 : memory.version().outOfMemoryKills(memory.group());
    }

    /// Why the sandbox ended, given how its first process did: where the kernel has killed for lack of
    /// memory, that is why all ended, whoever ended first.
    public Exit explain(Exit how) throws IOException {
        return ranOut || outOfMemoryKills() > 0 ? new Exit.OutOfMemory() : how;
    }

    /// No process inside gets CPU time until [#thaw()], as far as this machine can do that; whether it can.
    public boolean freeze() throws IOException {
        var end = seats.get(Duty.END);
        if (end != null) {
            end.version().freeze(end.group());
            frozen = true;
        }
        return end != null;
    }

    /// Goes on after [#freeze()]; whether it can.
    public boolean thaw() throws IOException {
        var end = seats.get(Duty.END);
        if (end != null) {
            end.version().thaw(end.group());
            frozen = false;
        }
        return end != null;
    }

    /// The processes inside.
    public List<Integer> processes(ReadBuffer buffer) throws OsException {
        for (var group : groups()) {
            return group.processes(buffer);
        }
        return List.of();
    }

    /// The processes in the group of every hierarchy: one whose parent was just being moved in may be in some only.
    public Set<Integer> whollyInside(ReadBuffer buffer) throws OsException {
        var inside = new HashSet<>(processes(buffer));
        for (var group : groups()) {
            inside.retainAll(Set.copyOf(group.processes(buffer)));
        }
        return inside;
    }

    /// Kills every process inside, frozen ones too, and waits until they have ended; whether they did
    /// in time. Blocks: call it on a platform thread.
    public boolean kill(Duration atMost) throws IOException {
        letEnd();
        var end = seats.get(Duty.END);
        if (end != null && end.group().canKill()) {
            return end.group().kill(atMost);
        }
        if (end != null && Files.isDirectory(end.group().folder())) {
            thaw();
        }
        return Emptying.kill(groups(), atMost);
    }

    /// Removes the groups. Nothing may live in them; what is just ending is waited for.
    public void remove() throws IOException {
        open.remove(this);
        var watching = watch;
        if (watching != null) {
            watching.close();
        }
        var failure = removeAll(null);
        if (failure != null) {
            throw failure;
        }
    }

    private @Nullable IOException removeAll(@Nullable IOException before) {
        var failure = before;
        for (var group : groups()) {
            try {
                Emptying.remove(group);
            } catch (IOException stays) {
                if (failure == null) {
                    failure = stays;
                } else {
                    failure.addSuppressed(stays);
                }
            }
        }
        return failure;
    }

    private Set<ControlGroup> groups() {
        return Seats.distinct(seats);
    }

    /// For people.
    @Override
    public String toString() {
        return name;
    }
}
