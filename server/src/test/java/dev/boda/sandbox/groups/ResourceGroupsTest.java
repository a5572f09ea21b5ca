package dev.boda.sandbox.groups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boda.os.ControlGroupHierarchies;
import dev.boda.os.EventLoop;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.Sandbox.Exit;
import dev.boda.sandbox.SandboxSpec.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// This machine's own control groups, as root.
@Timeout(60)
class ResourceGroupsTest {

    private static final long ENOUGH = 4L << 30;
    private static final Duration LONGEST = Duration.ofSeconds(10);

    @TempDir
    Path state;

    private ResourceGroups groups;
    private final List<Process> started = new ArrayList<>();
    private final ReadBuffer buffer = ReadBuffer.ofBytes(65_536);

    @BeforeEach
    void start() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "Only root may make control groups here");
        groups = ResourceGroups.start(state, ENOUGH);
        assertThat(groups.holdProcesses()).isTrue();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        started.forEach(Process::destroyForcibly);
        if (groups != null) {
            var folders = groups.folders();
            groups.close();
            assertThat(folders).isNotEmpty().allMatch(Files::notExists);
            assertThat(state.resolve("control-group")).doesNotExist();
        }
    }

    @Test
    void whatAKilledServerLeftIsMadeAnewAndDoesNotStandStill() throws Exception {
        var left = groups.create("left");
        var stays = run(left, "echo inside; exec sleep 1000");
        assertThat(stays.inputReader().readLine()).isEqualTo("inside");
        assertThat(left.freeze()).isTrue();
        var group = groups.create("left");
        assertThat(stays.waitFor()).isEqualTo(128 + 9);
        assertThat(run(group, "exit 7").waitFor()).isEqualTo(7);
        end(group);
    }

    @Test
    void aMemoryBombIsKilledAndToldApart() throws Exception {
        var group = groups.create("bomb");
        group.limit(Limits.of(128, 512));
        assertThat(group.memoryLimitBytes()).isEqualTo(128 * 1_048_576L);
        assertThat(run(group, "exec tail /dev/zero").waitFor()).isEqualTo(128 + 9);
        assertThat(group.outOfMemoryKills()).isEqualTo(1);
        end(group);
    }

    @Test
    void aChildThatNeedsTooMuchMemoryEndsAll() throws Exception {
        var loop = EventLoop.start("memory-test");
        try {
            var group = groups.create("parent");
            group.limit(Limits.of(128, 512));
            group.endWhenOutOfMemory(loop);
            var parent = run(group, "tail /dev/zero; sleep 1000 >/dev/null; :");
            assertThat(parent.waitFor()).isEqualTo(128 + 9);
            assertThat(group.explain(new Exit.Signal(9))).isEqualTo(new Exit.OutOfMemory());
            end(group);
        } finally {
            loop.close();
        }
    }

    @Test
    void whoIsKilledOtherwiseHadEnoughMemory() throws Exception {
        var group = groups.create("killed");
        group.limit(Limits.of(128, 512));
        assertThat(run(group, "kill -9 $$").waitFor()).isEqualTo(128 + 9);
        assertThat(group.outOfMemoryKills()).isZero();
        end(group);
    }

    @Test
    void readingMoreThanFitsIntoMemoryIsNoUseOfMemory() throws Exception {
        var big = Path.of("/var/tmp", state.getFileName() + ".big");
        try {
            assertThat(new ProcessBuilder("head", "-c", "200000000", "/dev/zero")
                            .redirectOutput(big.toFile())
                            .start()
                            .waitFor())
                    .isZero();
            var group = groups.create("reader");
            group.limit(Limits.of(128, 512));
            var copy = Path.of(big + ".copy");
            assertThat(run(group, "cat " + big + " > " + copy + " && rm " + copy)
                            .waitFor())
                    .isZero();
            assertThat(group.outOfMemoryKills()).isZero();
            end(group);
        } finally {
            Files.deleteIfExists(big);
        }
    }

    @Test
    void whoIsInOneOfSeveralHierarchiesIsNotWhollyInside() throws Exception {
        var group = groups.create("half");
        var process = new ProcessBuilder("sleep", "1000").start();
        started.add(process);
        int pid = (int) process.pid();
        var joins = group.joinFiles();
        for (var join : joins.subList(0, joins.size() - 1)) {
            Files.writeString(join, Integer.toString(pid));
        }
        assertThat(group.whollyInside(buffer)).isEmpty();
        group.add(pid);
        assertThat(group.whollyInside(buffer)).containsExactly(pid);
        end(group);
    }

    @Test
    void aForkBombStopsAtTheLimit() throws Exception {
        var group = groups.create("forks");
        group.limit(new Limits(128, 512, 20, 1_024));
        var bomb = run(group, "i=0; while [ $i -lt 100 ]; do sleep 1000 >/dev/null & i=$((i+1)); done; echo all");
        assertThat(new String(bomb.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(bomb.waitFor()).isNotZero();
        assertThat(group.processes(buffer)).hasSizeBetween(10, 20);
        end(group);
    }

    @Test
    void theCpuQuotaHoldsFromWhenItIsSet() throws Exception {
        var group = groups.create("busy");
        var busy = run(group, "while :; do :; done");
        await(() -> cpu(busy).toMillis() > 100);
        group.limitCpu(128);
        long began = System.nanoTime();
        var before = cpu(busy);
        assertThat(busy.waitFor(1, TimeUnit.SECONDS)).isFalse();
        double share = (double) cpu(busy).minus(before).toNanos() / (System.nanoTime() - began);
        // 128 of 1,769 MB are 7.2 %; the kernel's clock of processes ticks every 10 ms.
        assertThat(share).isBetween(0.03, 0.15);
        end(group);
    }

    @Test
    void whatEndsHasAProcessorToEndOn() throws Exception {
        var group = groups.create("ending");
        var busy = run(group, "while :; do :; done");
        group.limitCpu(128);
        group.letEnd();
        var before = cpu(busy);
        long began = System.nanoTime();
        await(() -> cpu(busy).minus(before).toMillis() > 500);
        // It would take 7 s with 7.2 %.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        end(group);
    }

    @Test
    void whoIsInInitGivesWayToWhoIsWarm() throws Exception {
        var warm = groups.create("warm");
        warm.initialised();
        var init = groups.create("init");
        var processors = Runtime.getRuntime().availableProcessors();
        var spin = "for i in " + "x ".repeat(processors) + "; do (while :; do :; done) & done; wait";
        run(warm, spin);
        run(init, spin);
        await(() -> nanos(warm) > 100_000_000L * processors);
        long warmBefore = nanos(warm);
        long initBefore = nanos(init);
        await(() -> nanos(warm) - warmBefore > 500_000_000L * processors);
        assertThat(nanos(init) - initBefore).isLessThan((nanos(warm) - warmBefore) / 3);
        assertThat(warm.kill(LONGEST)).isTrue();
        warm.remove();
        end(init);
    }

    @Test
    void whoUsesUpItsShareWeighsLessForAsLong() throws Exception {
        groups.weighBurners();
        var group = groups.create("burner");
        group.limitCpu(512);
        group.initialised();
        assertThat(weight("burner")).isEqualTo(100);
        var burner = run(group, "timeout 1 sh -c 'while :; do :; done'; exec sleep 1000");
        await(() -> weight("burner") == 25);
        await(() -> weight("burner") == 100);
        assertThat(burner.isAlive()).isTrue();
        end(group);
    }

    /// Where all compute nobody has what it may have, but each its part.
    @Test
    void burnersAmongEachOtherWeighLessToo() throws Exception {
        groups.weighBurners();
        var burners = new ArrayList<ResourceGroup>();
        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
            var burner = groups.create("burner" + i);
            burner.limitCpu(1_769);
            burner.initialised();
            run(burner, "while :; do :; done");
            burners.add(burner);
        }
        await(() -> weight("burner0") == 25 && weight("burner1") == 25);
        for (var burner : burners) {
            assertThat(burner.kill(LONGEST)).isTrue();
            burner.remove();
        }
    }

    /// In percent of the usual.
    private int weight(String name) {
        for (var folder : groups.folders()) {
            var shares = lines(folder.resolve(name).resolve("cpu.shares"));
            var weight = lines(folder.resolve(name).resolve("cpu.weight"));
            if (!shares.isEmpty()) {
                return Integer.parseInt(shares.getFirst()) * 100 / 1_024;
            }
            if (!weight.isEmpty()) {
                return Integer.parseInt(weight.getFirst());
            }
        }
        return 0;
    }

    private static long nanos(ResourceGroup group) {
        try {
            return group.cpuNanos();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /// However many threads burn at once: as long as they burn, and from the start where that is wanted.
    @Test
    void manyThreadsGetTogetherWhatTheirMemoryIsWorth() throws Exception {
        var group = groups.create("threads");
        group.limitCpu(512);
        var burner = run(group, "for i in 1 2 3 4 5 6; do (while :; do :; done) & done; wait");
        await(() -> nanos(group) > 50_000_000);
        long began = System.nanoTime();
        long before = nanos(group);
        assertThat(burner.waitFor(2, TimeUnit.SECONDS)).isFalse();
        double share = (double) (nanos(group) - before) / (System.nanoTime() - began);
        // 512 of 1,769 MB are 28.9 %.
        assertThat(share).isBetween(0.15, 0.32);
        end(group);
    }

    @Test
    void whatIsFrozenStandsStillAndCanBeKilled() throws Exception {
        standsStillAndCanBeKilled(groups.create("frozen"));
    }

    @Test
    void version1AloneFreezesAndKillsToo() throws Exception {
        groups.close();
        var controllers = ControlGroupHierarchies.find().controllers();
        assumeTrue(controllers.containsKey("freezer"), "This machine has no version 1");
        groups = ResourceGroups.start(state, ENOUGH, new ControlGroupHierarchies(Optional.empty(), controllers));
        assertThat(groups.guarantees())
                .contains("The end: an environment's whole process tree is killed by its " + "control group.");
        standsStillAndCanBeKilled(groups.create("frozen"));
    }

    @Test
    void whoEndsForOthersDoesSoWhereItStandsStillInVersion1() throws Exception {
        groups.close();
        var controllers = ControlGroupHierarchies.find().controllers();
        assumeTrue(controllers.containsKey("freezer"), "This machine has no version 1");
        groups = ResourceGroups.start(state, ENOUGH, new ControlGroupHierarchies(Optional.empty(), controllers));
        var group = groups.create("frozen");
        var busy = run(group, "while :; do :; done");
        await(() -> cpu(busy).toMillis() > 20);
        assertThat(group.freeze()).isTrue();
        awaitNoChange(busy);
        group.endForOthers(4_096);
        assertThat(busy.waitFor()).isEqualTo(128 + 9);
        assertThat(group.explain(new Exit.Signal(9))).isEqualTo(new Exit.OutOfMemory());
        assertThat(group.outOfMemoryBytes()).isEqualTo(4_096);
        end(group);
    }

    private void standsStillAndCanBeKilled(ResourceGroup group) throws Exception {
        var busy = run(group, "(while :; do :; done) & while :; do :; done");
        await(() -> cpu(busy).toMillis() > 20);
        group.freeze();
        var frozen = awaitNoChange(busy);
        group.thaw();
        await(() -> cpu(busy).compareTo(frozen) > 0);
        group.freeze();
        assertThat(group.processes(buffer)).hasSize(2);
        end(group);
        assertThat(busy.waitFor()).isEqualTo(128 + 9);
    }

    /// Freezing takes a moment: the time that no longer grows in a fifth of a second.
    private static Duration awaitNoChange(Process process) throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (true) {
            var before = cpu(process);
            assertThat(process.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
            if (cpu(process).equals(before)) {
                return before;
            }
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    @Test
    void whatAKilledServerLeftIsEndedAndRemoved() throws Exception {
        var process = run(groups.create("left"), "(setsid sleep 1000 &); exec sleep 1000");
        var folders = groups.folders();
        var inside = folders.getFirst().resolve("left/cgroup.procs");
        await(() -> lines(inside).size() == 2);
        ResourceGroups.removeLeftovers(state);
        assertThat(process.waitFor()).isEqualTo(128 + 9);
        assertThat(folders).isNotEmpty().allMatch(Files::notExists);
        assertThat(state.resolve("control-group")).doesNotExist();
    }

    @Test
    void aRecordThatWasCutShortHarmsNobody() throws Exception {
        var folders = groups.folders();
        var record = state.resolve("control-group");
        var text = Files.readString(record);
        Files.writeString(record, folders.getFirst().getParent() + "\n");
        ResourceGroups.removeLeftovers(state);
        assertThat(folders).allMatch(Files::exists);
        assertThat(record).doesNotExist();
        Files.writeString(record, text);
    }

    @Test
    void theGuaranteesNameWhatHolds() {
        assertThat(groups.guarantees())
                .anyMatch(sentence -> sentence.startsWith("Memory: MemorySize is the limit"))
                .anyMatch(sentence -> sentence.startsWith("CPU: after Init"))
                .anyMatch(sentence -> sentence.startsWith("Processes: an environment has at most"))
                .anyMatch(sentence -> sentence.startsWith("The end:"));
    }

    /// A shell that joins the group by itself, then does this.
    private Process run(ResourceGroup group, String script) throws IOException {
        var join = group.joinFiles().stream()
                .map(file -> "echo 0 > " + file + " || exit 99; ")
                .collect(Collectors.joining());
        var process = new ProcessBuilder("sh", "-c", join + script)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(process);
        return process;
    }

    private void end(ResourceGroup group) throws IOException {
        assertThat(group.kill(LONGEST)).isTrue();
        group.remove();
        for (var folder : groups.folders()) {
            assertThat(folder).isDirectoryNotContaining(Files::isDirectory);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static Duration cpu(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
