package dev.boda.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.engine.ManualClock;
import dev.boda.store.EventQueue.LeasedEvent;
import dev.boda.store.EventQueue.QueuedEvent;
import dev.boda.store.EventQueue.Settlement;
import dev.boda.store.EventQueue.ShardLease;
import dev.boda.store.InMemoryEventQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What became of an event is written as soon as that can be, or not at all.
final class OutcomesTest {

    private static final String LANE = "000000000000/us-east-1/hello";
    private static final Duration LEASE = Duration.ofSeconds(60);

    private final ManualClock clock = new ManualClock();
    private final InMemoryEventQueue queue = new InMemoryEventQueue(() -> Instant.ofEpochMilli(clock.epochMillis()));
    private final Outcomes outcomes = new Outcomes(queue, clock);
    private ShardLease shard = new ShardLease(0, "nobody", 0);
    private LeasedEvent event = new LeasedEvent("", "", 0, "", new byte[0], 0);

    @BeforeEach
    void lease() throws Exception {
        var document = new AsyncEvent("1", "000000000000", "us-east-1", "hello", "id", null, "", 0, 0, 0, 0).document();
        int number = queue.add(new QueuedEvent("1", LANE, clock.epochMillis(), document, new byte[0]));
        shard = queue.claim("one", LEASE).stream()
                .filter(owned -> owned.shard() == number)
                .findFirst()
                .orElseThrow();
        event = queue.lease(shard, LANE, 1, LEASE).getFirst();
    }

    private CompletableFuture<Boolean> written() {
        var written = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> {
            try {
                written.complete(outcomes.write(shard, new Settlement.Done(event)));
            } catch (InterruptedException | RuntimeException e) {
                written.completeExceptionally(e);
            }
        });
        return written;
    }

    private void waits() {
        DispatcherFixture.eventually("it waits", () -> clock.waitingWithin(EventDispatcher.PAUSE) == 1);
    }

    @Test
    void anOutcomeIsWrittenOnceTheStoreCanBeWrittenAgain() throws Exception {
        queue.unavailable(true);
        var written = written();
        for (int i = 0; i < 3; i++) {
            waits();
            clock.advance(EventDispatcher.PAUSE);
        }
        waits();
        assertThat(written).isNotDone();
        queue.unavailable(false);
        clock.advance(EventDispatcher.PAUSE);
        assertThat(written.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(queue.size()).isZero();
    }

    @Test
    void whoeverWaitsWhenItClosesIsToldThatNothingIsWritten() throws Exception {
        queue.unavailable(true);
        var written = written();
        waits();
        outcomes.close();
        assertThat(written.get(10, TimeUnit.SECONDS)).isFalse();
        queue.unavailable(false);
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void theOutcomeOfAnEventThatIsSomebodyElsesIsNotWritten() throws Exception {
        queue.release(shard);
        queue.claim("two", LEASE);
        assertThat(written().get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(queue.size()).isEqualTo(1);
    }
}
