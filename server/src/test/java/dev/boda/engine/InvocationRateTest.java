package dev.boda.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.engine.QuotaSource.Share;
import dev.boda.engine.ThrottledException.Reason;
import dev.boda.function.FunctionName;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class InvocationRateTest {

    private static final Scope ACCOUNT = new Scope.Account("000000000000", "us-east-1");
    private static final Scope FUNCTION = new Scope.Function(new FunctionName("000000000000", "us-east-1", "f"));

    private final ManualClock clock = new ManualClock();
    private final InvocationRate rate = new InvocationRate.TenTimesConcurrency(clock);

    private int run(Share... shares) {
        int counted = 0;
        try {
            while (counted < 100_000) {
                rate.count(List.of(shares));
                counted++;
            }
        } catch (ThrottledException _) {
            return counted;
        }
        return counted;
    }

    @Test
    void aSecondHasTenTimesTheConcurrency() {
        assertThat(run(new Share(ACCOUNT, 900))).isEqualTo(9_000);
        clock.advance(Duration.ofMillis(100));
        assertThat(run(new Share(ACCOUNT, 900))).isEqualTo(900);
        assertThat(run(new Share(FUNCTION, 2))).isEqualTo(20);
        clock.advance(Duration.ofSeconds(2));
        assertThat(run(new Share(FUNCTION, 2))).isEqualTo(20);
    }

    @Test
    void theReasonSaysWhoseRateItIs() {
        run(new Share(ACCOUNT, 1));
        assertThatThrownBy(() -> rate.count(List.of(new Share(ACCOUNT, 1))))
                .isInstanceOfSatisfying(
                        ThrottledException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.FUNCTION_INVOCATION_RATE_LIMIT_EXCEEDED));
        run(new Share(FUNCTION, 1));
        assertThatThrownBy(() -> rate.count(List.of(new Share(FUNCTION, 1))))
                .isInstanceOfSatisfying(
                        ThrottledException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.RESERVED_FUNCTION_INVOCATION_RATE_LIMIT_EXCEEDED));
    }

    @Test
    void whatIsCountedOnlyHasNoRate() {
        assertThat(run(new Share(FUNCTION, Share.COUNTED_ONLY))).isEqualTo(100_000);
    }

    @Test
    void aReservationOfNothingIsForTheLimiterToRefuse() {
        assertThatCode(() -> rate.count(List.of(new Share(FUNCTION, 0)))).doesNotThrowAnyException();
    }

    @Test
    void theLimiterAsksForTheRateBeforeItGivesASlot() throws Exception {
        var limiter = new ConcurrencyLimiter(rate, clock, Engine.LIMITS);
        for (int i = 0; i < 10; i++) {
            limiter.acquire(List.of(new Share(FUNCTION, 1))).free();
        }
        assertThatThrownBy(() -> limiter.acquire(List.of(new Share(FUNCTION, 1))))
                .isInstanceOf(ThrottledException.class);
        assertThat(limiter.taken(FUNCTION)).isZero();
    }
}
