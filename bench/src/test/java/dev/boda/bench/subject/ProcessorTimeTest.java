package dev.boda.bench.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessorTimeTest {

    @Test
    void aNameWithBlanksAndBracketsDoesNotShiftTheFields() {
        var stat = "42 (a) b (c) S 1 42 42 0 -1 4194560 1 2 3 4 150 25 7 8 20 0 1 0 100";
        assertThat(ProcessorTime.nanos(stat, false)).isEqualTo(1_750_000_000L);
        assertThat(ProcessorTime.nanos(stat, true)).isEqualTo(1_900_000_000L);
    }

    @Test
    void whatRunsBelowAProcessIsCountedApart() throws Exception {
        long self = ProcessHandle.current().pid();
        var before = ProcessorTime.of(self);
        var busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        try {
            var spent = ProcessorTime.of(self).since(before);
            while (spent.runtimesNanos() < 50_000_000) {
                spent = ProcessorTime.of(self).since(before);
            }
            assertThat(spent.runtimesNanos()).isGreaterThanOrEqualTo(50_000_000);
        } finally {
            busy.destroyForcibly().waitFor();
        }
    }

    @Test
    void aProcessThatHasEndedHasUsedNothing() throws IOException {
        assertThat(ProcessorTime.of(Integer.MAX_VALUE).serverNanos()).isZero();
    }
}
