package dev.boda.sandbox.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// How groups share processors.
class ProcessorSharesTest extends OwnGroups {

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
}
