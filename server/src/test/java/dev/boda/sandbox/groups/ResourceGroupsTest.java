package dev.boda.sandbox.groups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boda.os.ControlGroupHierarchies;
import dev.boda.os.EventLoop;
import dev.boda.sandbox.Sandbox.Exit;
import dev.boda.sandbox.SandboxSpec.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// This machine's own control groups, as root.
class ResourceGroupsTest extends OwnGroups {

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
}
