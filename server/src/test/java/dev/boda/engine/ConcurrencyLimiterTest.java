package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.engine.QuotaSource.Share;
import dev.boda.function.FunctionName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConcurrencyLimiterTest {

    private static final String US = "us-east-1";
    private static final Scope ACCOUNT = new Scope.Account("000000000000", US);
    private static final FunctionName NAME = new FunctionName("000000000000", US, "f");
    private static final Scope FUNCTION = new Scope.Function(NAME);

    private final ManualClock clock = new ManualClock();

    private final ConcurrencyLimiter limiter =
            new ConcurrencyLimiter(new InvocationRate.Unlimited(), clock, Engine.LIMITS);

    private Slot acquire(Scope scope, int slots) throws Exception {
        return limiter.acquire(List.of(new Share(scope, slots)));
    }

    private void assertFull(Scope scope, int slots) {
        assertThatThrownBy(() -> acquire(scope, slots)).isInstanceOf(ThrottledException.class);
    }

    @Test
    void overTheLimitIsThrottledAtOnce() throws Exception {
        var _ = acquire(ACCOUNT, 1);
        assertThatThrownBy(() -> acquire(ACCOUNT, 1))
                .isInstanceOfSatisfying(
                        ThrottledException.class,
                        e -> assertThat(e.reason())
                                .isEqualTo(ThrottledException.Reason.CONCURRENT_INVOCATION_LIMIT_EXCEEDED));
    }

    @Test
    void aScopeThatIsFullLeavesTheOthersAsTheyWere() {
        assertThatThrownBy(() -> limiter.acquire(List.of(new Share(ACCOUNT, 10), new Share(FUNCTION, 0))))
                .isInstanceOfSatisfying(
                        ThrottledException.class,
                        e -> assertThat(e.reason())
                                .isEqualTo(
                                        ThrottledException.Reason
                                                .RESERVED_FUNCTION_CONCURRENT_INVOCATION_LIMIT_EXCEEDED));
        assertThat(limiter.taken(ACCOUNT)).isZero();
    }

    @Test
    void aScopeThatNobodyUsesIsForgottenAndCountsAnew() throws Exception {
        var slot = acquire(ACCOUNT, 1);
        assertThat(limiter.takenByScope()).containsEntry(ACCOUNT, 1);
        assertThat(limiter.takenByScope()).containsEntry(ACCOUNT, 1);
        slot.free();
        assertThat(limiter.takenByScope()).containsEntry(ACCOUNT, 0);
        assertThat(limiter.takenByScope()).isEmpty();

        var _ = acquire(ACCOUNT, 1);
        assertThat(limiter.takenByScope()).containsEntry(ACCOUNT, 1);
        assertFull(ACCOUNT, 1);
    }

    @Test
    void regionsCountApart() throws Exception {
        var elsewhere = new Scope.Account("000000000000", "eu-west-1");
        var _ = acquire(ACCOUNT, 1);
        var _ = acquire(elsewhere, 1);
        assertThat(limiter.taken(ACCOUNT)).isEqualTo(1);
        assertThat(limiter.taken(elsewhere)).isEqualTo(1);
    }

    @Test
    void aSlotIsFreedOnce() throws Exception {
        var slot = acquire(ACCOUNT, 1);
        slot.free();
        assertThatThrownBy(slot::free).isInstanceOf(IllegalStateException.class);
        assertThat(limiter.taken(ACCOUNT)).isZero();
    }

    @Test
    void aSlotAboutToBeFreeIsWaitedForTwentyMilliseconds() throws Exception {
        var slot = acquire(ACCOUNT, 1);
        slot.aboutToBeFree();
        var done = new CountDownLatch(1);
        var throttled = new CountDownLatch(1);
        var waiting = Thread.ofVirtual().start(() -> {
            try {
                limiter.acquire(List.of(new Share(ACCOUNT, 1))).free();
                done.countDown();
            } catch (ThrottledException e) {
                throttled.countDown();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        eventually("it waits", () -> clock.waitingWithin(Duration.ofMillis(20)) == 1);
        assertFull(ACCOUNT, 1); // only one waits for it
        slot.free();
        waiting.join();
        assertThat(done.getCount()).isZero();

        var held = acquire(ACCOUNT, 1);
        held.aboutToBeFree();
        var late = Thread.ofVirtual().start(() -> {
            try {
                var _ = limiter.acquire(List.of(new Share(ACCOUNT, 1)));
            } catch (ThrottledException e) {
                throttled.countDown();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        eventually("it waits", () -> clock.waitingWithin(Duration.ofMillis(20)) == 1);
        clock.advance(Duration.ofMillis(20));
        late.join();
        assertThat(throttled.getCount()).isZero();
    }

    @Test
    void aReservationThatChangesCountsWhatRunsAlready() throws Exception {
        var counted = new Share(FUNCTION, Share.COUNTED_ONLY);
        var before = List.of(
                limiter.acquire(List.of(counted, new Share(ACCOUNT, 2))),
                limiter.acquire(List.of(counted, new Share(ACCOUNT, 2))));
        assertFull(FUNCTION, 2);
        before.getFirst().free();
        assertThat(limiter.taken(ACCOUNT)).isEqualTo(1);
        assertFull(FUNCTION, 1);
        var reserved = acquire(FUNCTION, 2);
        before.getLast().free();
        reserved.free();
        assertThat(limiter.taken(FUNCTION)).isZero();
        assertThat(limiter.taken(ACCOUNT)).isZero();
    }

    @Test
    void ofAFunctionThatIsNoMoreNothingStaysWhenItsLastInvocationHasEnded() throws Exception {
        var slot = acquire(FUNCTION, 1);
        limiter.retain(name -> !name.equals(NAME));
        assertThat(limiter.taken(FUNCTION)).isEqualTo(1);
        slot.free();
        limiter.retain(name -> name.equals(NAME));
        assertThat(limiter.takenByScope()).containsKey(FUNCTION);
        acquire(FUNCTION, 1).free();
        limiter.retain(name -> !name.equals(NAME));
        assertThat(limiter.takenByScope()).isEmpty();
        var _ = acquire(FUNCTION, 1);
        assertFull(FUNCTION, 1);
    }

    @Test
    @Timeout(60)
    void manyCallersNeverHoldMoreThanThereIsAndLeaveNothing() throws Exception {
        var held = new AtomicInteger();
        var most = new AtomicInteger();
        var got = new AtomicInteger();
        var callers = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            callers.add(Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 20_000; n++) {
                    try {
                        var slot = limiter.acquire(List.of(new Share(FUNCTION, 3)));
                        most.accumulateAndGet(held.incrementAndGet(), Math::max);
                        got.incrementAndGet();
                        slot.aboutToBeFree();
                        held.decrementAndGet();
                        slot.free();
                    } catch (ThrottledException _) {
                        Thread.onSpinWait();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            }));
        }
        for (var caller : callers) {
            caller.join();
        }
        assertThat(most.get()).isBetween(1, 3);
        assertThat(got.get()).isGreaterThan(1_000);
        assertThat(limiter.taken(FUNCTION)).isZero();
        assertThat(limiter.takenByScope()).containsEntry(FUNCTION, 0);
        assertThat(limiter.takenByScope()).isEmpty();
    }

    @Test
    void anOverLimitInvocationIsThrottledWithoutAnEnvironment() {
        try (var engine = new Engine(
                _ -> runtime -> {
                    runtime.next();
                    runtime.hang();
                },
                Engine.LIMITS,
                1)) {
            var _ = engine.call("x");
            eventually("it runs", () -> engine.sandboxes.started() == 1);
            assertThat(engine.call("y").refusal()).isInstanceOf(ThrottledException.class);
            assertThat(engine.sandboxes.started()).isEqualTo(1);
        }
    }

    @Test
    void callsInARowAtALimitOfOneAreNotThrottled() {
        try (var engine = new Engine(_ -> FakeRuntime::echo, Engine.LIMITS, 1)) {
            for (int i = 0; i < 2_000; i++) {
                assertThat(engine.invoke("x")).isEqualTo("x");
            }
            assertThat(engine.sandboxes.started()).isEqualTo(1);
        }
    }
}
