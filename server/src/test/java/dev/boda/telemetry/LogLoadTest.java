package dev.boda.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.store.LogStreamName;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogLoadTest {

    private static final int STREAMS = 64;
    private static final int INVOCATIONS_PER_SECOND = 25_000;
    private static final int SECONDS = 2;
    private static final String ID = "8f5b1f4e-2f5c-4b8e-9a34-0a1b2c3d4e5f";

    @TempDir
    private Path folder;

    /// Their lag is measured by the bench, on a machine that does nothing else; here it must only stay bounded.
    @Test
    void theLinesOf25000InvocationsASecondAreWrittenWithoutADrop() {
        var clock = InstantSource.system();
        try (var logs = LogStore.open(folder, LogLimits.DEFAULT, clock)) {
            long begin = System.nanoTime();
            for (int i = 0; i < INVOCATIONS_PER_SECOND * SECONDS; i++) {
                long due = begin + i * 1_000_000_000L / INVOCATIONS_PER_SECOND;
                while (due - System.nanoTime() > 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                var stream = new LogStreamName("000000000000", "us-east-1", "/aws/lambda/f", "s-" + i % STREAMS);
                for (String line : new String[] {
                    "START RequestId: " + ID + " Version: $LATEST\n",
                    "hello " + i + "\n",
                    "END RequestId: " + ID + "\n",
                    "REPORT RequestId: " + ID + "\tDuration: 1.64 ms\tBilled Duration: 2 ms\tMemory Size: 1769 MB\t"
                            + "Max Memory Used: 36 MB\t\n"
                }) {
                    logs.append(stream, clock.millis(), line.getBytes(UTF_8));
                }
            }
            logs.change(_ -> true);
            LogFlow flow = logs.flow();

            assertThat(flow.dropped()).isZero();
            assertThat(flow.written()).isEqualTo(4L * INVOCATIONS_PER_SECOND * SECONDS);
            assertThat(flow.queuedEvents()).isZero();
            assertThat(flow.longestLagMillis()).isLessThan(LogWriter.READ_WAIT_MILLIS);
        }
    }
}
