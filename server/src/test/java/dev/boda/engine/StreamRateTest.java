package dev.boda.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How fast streamed answers go.
final class StreamRateTest {

    private static final int MEGABYTE = 1 << 20;

    private final ManualClock clock = new ManualClock();
    private final Call.Sink behind = new Call.Sink(Integer.MAX_VALUE);
    private final ResponseSink answer = new StreamRate(clock).limit(behind);

    private Thread writing(int megabytes) {
        return Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < megabytes; i++) {
                    answer.write(new byte[MEGABYTE], 0, MEGABYTE);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static boolean ends(Thread thread) throws InterruptedException {
        return thread.join(Duration.ofSeconds(10));
    }

    @Test
    void sixMegabytesGoAtOnce() throws Exception {
        answer.begin("text/plain", true);
        assertThat(ends(writing(6))).isTrue();
    }

    @Test
    void whatIsBehindThemGoesAtTwoMegabytesASecond() throws Exception {
        answer.begin("text/plain", true);
        var writer = writing(8);
        Eventually.eventually("the writer waits", () -> clock.waitingWithin(Duration.ofMillis(500)) == 1);
        clock.advance(Duration.ofMillis(499));
        assertThat(writer.isAlive()).isTrue();
        clock.advance(Duration.ofMillis(1));
        Eventually.eventually("the next megabyte", () -> behind.text().length() == 8 * MEGABYTE);
        Eventually.eventually("the writer waits", () -> clock.waitingWithin(Duration.ofMillis(500)) == 1);
        clock.advance(Duration.ofMillis(500));
        assertThat(ends(writer)).isTrue();
    }

    @Test
    void aPauseIsNotSavedUp() throws Exception {
        answer.begin("text/plain", true);
        assertThat(ends(writing(6))).isTrue();
        clock.advance(Duration.ofMinutes(1));
        var writer = writing(1);
        Eventually.eventually("the writer waits", () -> clock.waitingWithin(Duration.ofMillis(500)) == 1);
        clock.advance(Duration.ofMillis(500));
        assertThat(ends(writer)).isTrue();
    }

    @Test
    void anAnswerThatIsNotStreamedIsNotHeldBack() throws Exception {
        answer.begin("text/plain", false);
        assertThat(ends(writing(10))).isTrue();
    }
}
