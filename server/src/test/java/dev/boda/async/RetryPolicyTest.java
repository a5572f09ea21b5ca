package dev.boda.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.async.RetryPolicy.Attempt;
import dev.boda.async.RetryPolicy.Condition;
import dev.boda.async.RetryPolicy.Decision;
import dev.boda.async.RetryPolicy.Delays;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When AWS tries an event again.
final class RetryPolicyTest {

    private static final long RECEIVED = 1_800_000_000_000L;
    private static final AsyncEvent EVENT =
            new AsyncEvent("id", "000000000000", "us-east-1", "hello", "h1", null, "Root=1", RECEIVED, 0, 0, 0);

    private static RetryPolicy policy(int retries, Duration age) {
        return new RetryPolicy(retries, age, Delays.AWS);
    }

    /// Seconds after acceptance at which attempts are made that take no time, and how it ends.
    private static List<Object> life(RetryPolicy policy, Attempt attempt, int most) {
        var life = new ArrayList<Object>();
        var event = EVENT;
        long now = RECEIVED;
        for (int i = 0; i < most; i++) {
            life.add((now - RECEIVED) / 1_000);
            switch (policy.after(attempt, event, now)) {
                case Decision.Over(var condition) -> {
                    life.add(condition);
                    return life;
                }
                case Decision.Again(long delay, var next) -> {
                    now += delay;
                    event = next;
                }
            }
        }
        return life;
    }

    @Test
    void aFunctionErrorIsTriedAgainAfterOneMinuteAndTwoMore() {
        assertThat(life(policy(2, Duration.ofHours(6)), new Attempt.FunctionFailed(), 9))
                .containsExactly(0L, 60L, 180L, Condition.RETRIES_EXHAUSTED);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "2, 3"})
    void asManyRetriesAsConfigured(int retries, int attempts) {
        assertThat(life(policy(retries, Duration.ofHours(6)), new Attempt.FunctionFailed(), 9))
                .hasSize(attempts + 1);
    }

    @Test
    void whatCannotBeRunIsTriedAgainLaterAndLater() {
        assertThat(life(policy(0, Duration.ofHours(6)), new Attempt.Refused(), 12))
                .containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 63L, 127L, 255L, 511L, 811L, 1_111L);
    }

    @Test
    void nothingIsTriedBeyondTheMaximumAge() {
        assertThat(life(policy(2, Duration.ofSeconds(60)), new Attempt.Refused(), 99))
                .containsExactly(0L, 1L, 3L, 7L, 15L, 31L, Condition.EVENT_AGE_EXCEEDED);
        assertThat(life(policy(2, Duration.ofSeconds(60)), new Attempt.FunctionFailed(), 99))
                .containsExactly(0L, 60L, Condition.EVENT_AGE_EXCEEDED);
    }

    @Test
    void refusalsDoNotCountAsRetriesAndAreForgottenWhenItRuns() {
        var refused = EVENT.refused().refused();
        assertThat(refused.retries()).isZero();
        assertThat(policy(2, Duration.ofHours(6)).after(new Attempt.FunctionFailed(), refused, RECEIVED))
                .isEqualTo(new Decision.Again(60_000, refused.retried()));
        assertThat(refused.retried().refusals()).isZero();
        assertThat(refused.retried().attempts()).isEqualTo(3);
    }

    @Test
    void successSwitchingOffAndRecursionEndIt() {
        var policy = policy(2, Duration.ofHours(6));
        assertThat(policy.after(new Attempt.Succeeded(), EVENT, RECEIVED))
                .isEqualTo(new Decision.Over(Condition.SUCCESS));
        assertThat(policy.after(new Attempt.SwitchedOff(), EVENT, RECEIVED))
                .isEqualTo(new Decision.Over(Condition.SWITCHED_OFF));
        assertThat(policy.after(new Attempt.Recursive(), EVENT, RECEIVED))
                .isEqualTo(new Decision.Over(Condition.RECURSIVE));
    }

    @Test
    void anEventIsReadAsItWasWritten() {
        var event = new AsyncEvent("id", "1", "r", "f", "f1", "live", "Root=1;Parent=2", 5, 3, 2, 1);
        assertThat(AsyncEvent.parse(event.document())).isEqualTo(event);
        assertThat(AsyncEvent.parse(EVENT.document())).isEqualTo(EVENT);
    }
}
