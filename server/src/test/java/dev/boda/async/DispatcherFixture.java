package dev.boda.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.async.EventDispatcher.Ended;
import dev.boda.engine.ManualClock;
import dev.boda.store.EventQueue.LeasedEvent;
import dev.boda.store.EventQueue.QueuedEvent;
import dev.boda.store.EventQueue.Settlement;
import dev.boda.store.InMemoryEventQueue;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/// A dispatcher, a queue in memory and a clock that stands until it is moved; its events run until the test says how
/// they end.
abstract class DispatcherFixture {

    static final String LANE = "000000000000/us-east-1/hello";
    static final String OTHER = "000000000000/us-east-1/other";
    static final int MOST = 48;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    final ManualClock clock = new ManualClock();
    final InMemoryEventQueue queue = new InMemoryEventQueue(() -> Instant.ofEpochMilli(clock.epochMillis()));
    final BlockingQueue<Run> runs = new LinkedBlockingQueue<>();
    final EventDispatcher dispatcher = dispatcher("one");
    volatile boolean spare = true;
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

    /// An event that runs until the test says how it ends.
    record Run(LeasedEvent event, BlockingQueue<Ended> end) {

        void done() {
            end.add(new Ended(new Settlement.Done(event), false));
        }

        /// It cannot be run, and waits.
        void refused(long due) {
            var next = AsyncEvent.parse(event.document()).refused();
            end.add(new Ended(new Settlement.Again(event, due, next.document()), true));
        }

        void failed(long due) {
            var next = AsyncEvent.parse(event.document()).retried();
            end.add(new Ended(new Settlement.Again(event, due, next.document()), false));
        }
    }

    EventDispatcher dispatcher(String owner) {
        return dispatcher(owner, MOST);
    }

    EventDispatcher dispatcher(String owner, int most) {
        return new EventDispatcher(
                queue,
                event -> {
                    var run = new Run(event, new LinkedBlockingQueue<>());
                    runs.add(run);
                    return run.end.take();
                },
                clock,
                owner,
                most,
                () -> spare,
                task -> {
                    var thread = Thread.ofVirtual().unstarted(task);
                    threads.add(thread);
                    return thread;
                });
    }

    /// The next round is due, and over: whoever is still there waits, or runs an event.
    void round() {
        clock.advance(EventDispatcher.ROUND);
        settled();
    }

    void settled() {
        eventually(
                "a round is over",
                () -> clock.waitingWithin(EventDispatcher.ROUND) > 0
                        && threads.stream().filter(Thread::isAlive).count() == 1 + dispatcher.running());
    }

    @AfterEach
    void close() {
        dispatcher.close();
    }

    void start() {
        dispatcher.start();
        settled();
    }

    void add(String id, String lane, long due) {
        var parts = lane.split("/", -1);
        var event = new AsyncEvent(id, parts[0], parts[1], parts[2], "id", null, "", clock.epochMillis(), 0, 0, 0);
        dispatcher.added(queue.add(new QueuedEvent(id, lane, due, event.document(), new byte[0])), lane, due);
    }

    Run next() throws InterruptedException {
        var run = runs.poll(10, TimeUnit.SECONDS);
        assertThat(run).as("an event that runs").isNotNull();
        return run;
    }

    static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(50_000);
        }
    }
}
