package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.function.FunctionVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ConcurrencyLimiterTest {

    private static final Scope ACCOUNT = new Scope.Account("000000000000", "us-east-1");
    private static final Scope RESERVED = new Scope.Reserved("arn:aws:lambda:us-east-1:000000000000:function:f");

    private final ManualClock clock = new ManualClock();

    private ConcurrencyLimiter limiter(int account, int reserved) {
        var quotas = new QuotaSource() {
            @Override
            public List<Scope> scopes(FunctionVersion version) {
                return List.of(ACCOUNT);
            }

            @Override
            public int share(Scope scope) {
                return scope instanceof Scope.Account ? account : reserved;
            }
        };
        return new ConcurrencyLimiter(quotas, clock, Engine.LIMITS);
    }

    @Test
    void overTheLimitIsThrottledAtOnce() throws Exception {
        var limiter = limiter(1, 0);
        var _ = limiter.acquire(List.of(ACCOUNT));
        assertThatThrownBy(() -> limiter.acquire(List.of(ACCOUNT)))
                .isInstanceOfSatisfying(
                        ThrottledException.class,
                        e -> assertThat(e.reason())
                                .isEqualTo(ThrottledException.Reason.CONCURRENT_INVOCATION_LIMIT_EXCEEDED));
    }

    @Test
    void aScopeThatIsFullLeavesTheOthersAsTheyWere() {
        var limiter = limiter(10, 0);
        assertThatThrownBy(() -> limiter.acquire(List.of(ACCOUNT, RESERVED)))
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
        var limiter = limiter(1, 0);
        var slot = limiter.acquire(List.of(ACCOUNT));
        assertThat(limiter.takenByScope()).containsEntry(ACCOUNT, 1);
        assertThat(limiter.takenByScope()).containsEntry(ACCOUNT, 1);
        slot.free();
        assertThat(limiter.takenByScope()).containsEntry(ACCOUNT, 0);
        assertThat(limiter.takenByScope()).isEmpty();

        var _ = limiter.acquire(List.of(ACCOUNT));
        assertThat(limiter.takenByScope()).containsEntry(ACCOUNT, 1);
        assertThatThrownBy(() -> limiter.acquire(List.of(ACCOUNT))).isInstanceOf(ThrottledException.class);
    }

    @Test
    void regionsCountApart() throws Exception {
        var limiter = limiter(1, 0);
        var _ = limiter.acquire(List.of(ACCOUNT));
        var _ = limiter.acquire(List.of(new Scope.Account("000000000000", "eu-west-1")));
        assertThat(limiter.taken()).isEqualTo(2);
    }

    @Test
    void aSlotIsFreedOnce() throws Exception {
        var limiter = limiter(1, 0);
        var slot = limiter.acquire(List.of(ACCOUNT));
        slot.free();
        assertThatThrownBy(slot::free).isInstanceOf(IllegalStateException.class);
        assertThat(limiter.taken()).isZero();
    }

    @Test
    void aSlotAboutToBeFreeIsWaitedForTwentyMilliseconds() throws Exception {
        var limiter = limiter(1, 0);
        var slot = limiter.acquire(List.of(ACCOUNT));
        slot.aboutToBeFree();
        var done = new CountDownLatch(1);
        var throttled = new CountDownLatch(1);
        var waiting = Thread.ofVirtual().start(() -> {
            try {
                limiter.acquire(List.of(ACCOUNT)).free();
                done.countDown();
            } catch (ThrottledException e) {
                throttled.countDown();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        eventually("it waits", () -> clock.waitingWithin(Duration.ofMillis(20)) == 1);
        assertThatThrownBy(() -> limiter.acquire(List.of(ACCOUNT)))
                .as("only one waits for it")
                .isInstanceOf(ThrottledException.class);
        slot.free();
        waiting.join();
        assertThat(done.getCount()).isZero();

        var held = limiter.acquire(List.of(ACCOUNT));
        held.aboutToBeFree();
        var late = Thread.ofVirtual().start(() -> {
            try {
                var _ = limiter.acquire(List.of(ACCOUNT));
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
