package dev.boda.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpareCpuTest {

    private static final long MILLI = 1_000_000;

    @TempDir
    private Path folder;

    private long now;

    private SpareCpu of(String line) throws IOException {
        return SpareCpu.of(write(line).toString(), 2, () -> now);
    }

    private Path write(String line) throws IOException {
        return Files.writeString(folder.resolve("loadavg"), line);
    }

    @Test
    void itComparesThoseWhoWantToRunWithTheProcessors() throws IOException {
        assertThat(of("3.80 4.06 3.97 2/345 1234\n").getAsBoolean()).isTrue();
        assertThat(of("0.00 0.00 0.00 3/345 1234\n").getAsBoolean()).isFalse();
    }

    @Test
    void itRemembersTheAnswerForAMoment() throws IOException {
        var spare = of("0.00 0.00 0.00 3/345 1234\n");
        assertThat(spare.getAsBoolean()).isFalse();
        write("0.00 0.00 0.00 1/345 1234\n");
        assertThat(spare.getAsBoolean()).isFalse();
        now += MILLI;
        assertThat(spare.getAsBoolean()).isTrue();
    }

    @Test
    void nothingIsSpareWhereItIsNotTold() throws IOException {
        assertThat(of("").getAsBoolean()).isFalse();
        assertThat(of("nonsense").getAsBoolean()).isFalse();
        assertThat(SpareCpu.of(folder.resolve("none").toString(), 2, () -> now).getAsBoolean())
                .isFalse();
    }

    @Test
    void thisMachineTells() {
        assertThat(SpareCpu.of("/proc/loadavg", Integer.MAX_VALUE - 1, () -> now)
                        .getAsBoolean())
                .isTrue();
    }
}
