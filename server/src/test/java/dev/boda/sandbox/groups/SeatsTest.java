package dev.boda.sandbox.groups;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.os.ControlGroup;
import dev.boda.os.ControlGroupHierarchies;
import dev.boda.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who has which duty, by folders of ordinary files in the place of the kernel's. A kernel that takes no write, for
/// instance because processes are in the way, is not shown by these.
class SeatsTest {

    private static final String NAME = "boda-1";
    private static final String[] UNIFIED = {"cgroup.procs", "cgroup.freeze", "cgroup.kill", "cgroup.subtree_control"};

    @TempDir
    Path root;

    @Test
    void version2HasAllDutiesInOneGroupAndGivesTheControllersBelow() throws Exception {
        var own = folder("own", "cgroup.procs", "cgroup.subtree_control");
        Files.writeString(own.resolve("cgroup.controllers"), "cpuset cpu io memory hugetlb pids\n");
        var server = folder("own/" + NAME, UNIFIED);
        files(server, "memory.max", "memory.swap.max", "cpu.max", "pids.max");
        var seats = Seats.take(NAME, unified(own));
        assertThat(seats.groups()).containsExactly(new ControlGroup(server));
        assertThat(seats.all()).hasSize(Duty.values().length);
        assertThat(seats.all().values()).allMatch(seat -> seat.version() == Version.TWO);
        assertThat(own.resolve("cgroup.subtree_control")).hasContent("+memory +cpu +pids");
        assertThat(server.resolve("cgroup.subtree_control")).hasContent("+memory +cpu +pids");
    }

    @Test
    void aControllerThatAUserIsNotGivenIsMissedByName() throws Exception {
        var own = folder("own", "cgroup.procs", "cgroup.subtree_control");
        Files.writeString(own.resolve("cgroup.controllers"), "memory pids\n");
        Files.writeString(own.resolve("cgroup.subtree_control"), "memory pids\n");
        files(folder("own/" + NAME, UNIFIED), "memory.max", "pids.max");
        var seats = Seats.take(NAME, unified(own));
        assertThat(seats.all().keySet()).containsExactlyInAnyOrder(Duty.MEMORY, Duty.PROCESSES, Duty.END);
        assertThat(seats.whyMissing(Duty.CPU)).contains("'cpu'");
        assertThat(own.resolve("cgroup.subtree_control")).hasContent("memory pids");
    }

    /// A service of systemd's that was delegated nothing has no CPU controller; the groups above have it, and the
    /// topmost gives it to groups already.
    @Test
    void whereTheOwnGroupLacksAControllerTheGroupsAreMadeAboveIt() throws Exception {
        var top = folder("top", "cgroup.procs");
        Files.writeString(top.resolve("cgroup.controllers"), "cpu memory pids\n");
        Files.writeString(top.resolve("cgroup.subtree_control"), "cpu memory pids\n");
        var slice = folder("top/slice", "cgroup.procs");
        Files.writeString(slice.resolve("cgroup.controllers"), "cpu memory pids\n");
        Files.writeString(slice.resolve("cgroup.subtree_control"), "memory pids\n");
        var own = folder("top/slice/own", "cgroup.procs", "cgroup.subtree_control");
        Files.writeString(own.resolve("cgroup.controllers"), "memory pids\n");
        var server = folder("top/" + NAME, UNIFIED);
        files(server, "memory.max", "cpu.max", "pids.max");
        var seats = Seats.take(NAME, unified(own));
        assertThat(seats.groups()).containsExactly(new ControlGroup(server));
        assertThat(seats.all()).hasSize(Duty.values().length);
        assertThat(slice.resolve("cgroup.subtree_control")).hasContent("memory pids");
        assertThat(own.resolve("cgroup.subtree_control")).isEmptyFile();
    }

    @Test
    void aDelegatedGroupIsPreferredToThoseAboveIt() throws Exception {
        var top = folder("top", "cgroup.procs", "cgroup.subtree_control");
        Files.writeString(top.resolve("cgroup.controllers"), "cpu memory pids\n");
        var own = folder("top/own", "cgroup.procs", "cgroup.subtree_control");
        Files.writeString(own.resolve("cgroup.controllers"), "cpu memory pids\n");
        assertThat(Seats.places(new ControlGroup(own))).containsExactly(new ControlGroup(own), new ControlGroup(top));
    }

    /// Groups could be made there, but no process could be moved to them.
    @Test
    void aGroupWhoseProcessesAreNotTheServersToMoveIsOfNoUse() throws Exception {
        var own = folder("own", "cgroup.subtree_control");
        Files.writeString(own.resolve("cgroup.controllers"), "cpu memory pids\n");
        var seats = Seats.take(NAME, unified(own));
        assertThat(seats.all()).isEmpty();
        for (var limit : Duty.LIMITS) {
            assertThat(seats.whyMissing(limit)).contains("may put no processes").contains("Delegate=yes");
        }
        assertThat(own.resolve(NAME)).doesNotExist();
    }

    @Test
    void onAHybridVersion1LimitsAndVersion2Ends() throws Exception {
        var own = folder("unified", "cgroup.procs");
        Files.writeString(own.resolve("cgroup.controllers"), "hugetlb\n");
        folder("unified/" + NAME, UNIFIED);
        folder("memory/" + NAME, "memory.limit_in_bytes", "cgroup.procs");
        folder("cpu/" + NAME, "cpu.cfs_quota_us", "cgroup.procs");
        folder("freezer/" + NAME, "freezer.state", "cgroup.procs");
        var seats = Seats.take(NAME, hierarchies(own, "memory", "cpu", "freezer"));
        assertThat(seats.find(Duty.MEMORY)).contains(seat("memory/" + NAME, Version.ONE));
        assertThat(seats.find(Duty.CPU)).contains(seat("cpu/" + NAME, Version.ONE));
        assertThat(seats.find(Duty.END)).contains(seat("unified/" + NAME, Version.TWO));
        assertThat(seats.find(Duty.PROCESSES)).isEmpty();
        assertThat(seats.whyMissing(Duty.PROCESSES)).contains("'pids'");
    }

    @Test
    void inVersion1AloneTheFreezerHoldsWhatIsToEnd() throws Exception {
        folder("freezer/" + NAME, "freezer.state", "cgroup.procs");
        var seats = Seats.take(NAME, hierarchies(null, "freezer"));
        assertThat(seats.find(Duty.END)).contains(seat("freezer/" + NAME, Version.ONE));
    }

    @Test
    void whereNothingCanBeMadeThereAreNoGroupsAndTheReasonIsSaid() throws Exception {
        var own = root.resolve("not/there");
        var groups = ResourceGroups.start(root, 4L << 30, hierarchies(own, "memory", "cpu", "pids"));
        assertThat(groups.holdProcesses()).isFalse();
        assertThat(groups.canFreeze()).isFalse();
        assertThat(root.resolve("control-group")).doesNotExist();
        assertThat(groups.guarantees())
                .hasSize(3)
                .anyMatch(sentence -> sentence.startsWith("Memory: MemorySize is reported")
                        && sentence.contains("not enforced: no control group can be made here (mkdir of " + root))
                .anyMatch(sentence -> sentence.startsWith("CPU: not limited") && sentence.contains("mkdir"));
        var group = groups.create("environment");
        assertThat(group.holdsProcesses()).isFalse();
        assertThat(group.joinFiles()).isEmpty();
        group.limit(SandboxSpec.Limits.of(128, 512));
        group.limitCpu(128);
        assertThat(group.memoryLimitBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(group.outOfMemoryKills()).isZero();
    }

    @Test
    void limitsAreWrittenAsTheVersionCallsThem() throws Exception {
        var two = folder("two", "memory.max", "memory.swap.max", "memory.oom.group", "cpu.max", "pids.max");
        Version.TWO.limitMemory(new ControlGroup(two), 134_217_728);
        Version.TWO.limitCpu(new ControlGroup(two), CpuQuota.of(1_769));
        Version.TWO.limitProcesses(new ControlGroup(two), 1_024);
        assertThat(two.resolve("memory.max")).hasContent("134217728");
        assertThat(two.resolve("memory.swap.max")).hasContent("0");
        assertThat(two.resolve("memory.oom.group")).hasContent("1");
        assertThat(two.resolve("cpu.max")).hasContent("20000 20000");
        assertThat(two.resolve("pids.max")).hasContent("1024");
        Files.writeString(two.resolve("memory.events"), "low 0\nhigh 0\nmax 12\noom 2\noom_kill 1\noom_group_kill 1\n");
        assertThat(Version.TWO.outOfMemoryKills(new ControlGroup(two))).isEqualTo(1);
        assertThat(Version.ONE.outOfMemoryKills(new ControlGroup(two))).isZero();
    }

    @Test
    void theQuotaFollowsTheMemorySize() {
        assertThat(CpuQuota.of(128)).isEqualTo(new CpuQuota(1_447, 20_000));
        assertThat(CpuQuota.of(1_769)).isEqualTo(new CpuQuota(20_000, 20_000));
        assertThat(CpuQuota.of(10_240)).isEqualTo(new CpuQuota(115_772, 20_000));
        assertThat(CpuQuota.of(1).quotaMicros()).isEqualTo(1_000);
    }

    private Seat seat(String folder, Version version) {
        return new Seat(new ControlGroup(root.resolve(folder)), version);
    }

    private Path folder(String name, String... files) throws IOException {
        var folder = Files.createDirectories(root.resolve(name));
        files(folder, files);
        return folder;
    }

    private static void files(Path folder, String... names) throws IOException {
        for (var name : names) {
            Files.createFile(folder.resolve(name));
        }
    }

    private static ControlGroupHierarchies unified(Path own) {
        return new ControlGroupHierarchies(Optional.of(new ControlGroup(own)), Map.of());
    }

    private ControlGroupHierarchies hierarchies(
            @org.jspecify.annotations.Nullable Path unified, String... controllers) {
        var groups = new LinkedHashMap<String, ControlGroup>();
        Arrays.stream(controllers).forEach(name -> groups.put(name, new ControlGroup(root.resolve(name))));
        return new ControlGroupHierarchies(Optional.ofNullable(unified).map(ControlGroup::new), groups);
    }
}
