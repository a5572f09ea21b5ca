package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.os.ReadBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PeakMemoryTest {

    private final ReadBuffer buffer = ReadBuffer.ofBytes(8);

    @Test
    void oneProcessCountsWithItsPeakAndIsNotAskedForMore() {
        var memory = new PeakMemory((_, _) -> 60, (_, _) -> {
            throw new AssertionError();
        });
        assertThat(memory.of(List.of(7), buffer)).isEqualTo(60);
    }

    @Test
    void nobodyUsesNothing() {
        assertThat(new PeakMemory((_, _) -> 60, (_, _) -> 60).of(List.of(), buffer))
                .isZero();
    }

    @Test
    void severalCountWithTheirShares() {
        var memory = new PeakMemory(
                (_, _) -> 60, (pid, _) -> Map.of(7, 50L, 8, 20L, 9, 10L).getOrDefault(pid, 0L));
        assertThat(memory.of(List.of(7, 8, 9), buffer)).isEqualTo(80);
    }

    @Test
    void severalNeverCountLessThanTheLargestOfTheirPeaks() {
        var memory = new PeakMemory((pid, _) -> pid == 8 ? 90 : 30, (_, _) -> 10);
        assertThat(memory.of(List.of(7, 8, 9), buffer)).isEqualTo(90);
    }

    @Test
    void ofManySomeAreAskedAndTheOthersAreTakenForOrdinaryOnes() {
        var asked = new ArrayList<Integer>();
        var memory = new PeakMemory((_, _) -> 5, (pid, _) -> {
            asked.add(pid);
            return pid == 0 ? 100 : 2;
        });
        var pids = IntStream.range(0, 1_000).boxed().toList();
        assertThat(memory.of(pids, buffer)).isEqualTo(100 + 999 * 2);
        assertThat(asked).hasSize(PeakMemory.MOST_ASKED);
    }
}
