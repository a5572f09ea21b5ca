package dev.boda.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScalingRateTest {

    private static final String HELLO = "arn:aws:lambda:us-east-1:000000000000:function:hello";

    private final ManualClock clock = new ManualClock();
    private final ScalingRate rate = new ScalingRate(clock);

    private int take(String function, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += rate.take(function) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void aFunctionGetsAThousandEnvironmentsAtOnceAndAsManyInTenSeconds() {
        assertThat(take(HELLO, 1_500)).isEqualTo(1_000);
        clock.advance(Duration.ofMillis(9));
        assertThat(take(HELLO, 1)).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(take(HELLO, 2)).isEqualTo(1);
        clock.advance(Duration.ofSeconds(5));
        assertThat(take(HELLO, 1_000)).isEqualTo(500);
        clock.advance(Duration.ofSeconds(10));
        assertThat(take(HELLO, 1_500)).isEqualTo(1_000);
    }

    @Test
    void whatIsNotUsedDoesNotAddUp() {
        clock.advance(Duration.ofHours(1));
        assertThat(take(HELLO, 1_500)).isEqualTo(1_000);
        clock.advance(Duration.ofHours(1));
        assertThat(take(HELLO, 1_500)).isEqualTo(1_000);
    }

    @Test
    void anotherFunctionHasItsOwn() {
        assertThat(take(HELLO, 1_001)).isEqualTo(1_000);
        assertThat(take(HELLO + "2", 1_001)).isEqualTo(1_000);
    }

    @Test
    void functionsThatDoNotScaleAreForgottenAndOthersAreNot() {
        assertThat(take(HELLO, 1_000)).isEqualTo(1_000);
        for (int i = 0; i < 100_000; i++) {
            assertThat(rate.take(HELLO + i)).isTrue();
            clock.advance(Duration.ofNanos(50_000));
        }
        assertThat(rate.remembered()).isLessThan(5_000);
        assertThat(take(HELLO, 1_000)).as("after half of its ten seconds").isEqualTo(500);
    }

    @Test
    void manyAtOnceGetNoMore() throws InterruptedException {
        var taken = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofPlatform().start(() -> taken.addAndGet(take(HELLO, 500))));
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(taken.get()).isEqualTo(1_000);
    }
}
