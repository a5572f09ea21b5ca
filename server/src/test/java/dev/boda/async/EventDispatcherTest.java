package dev.boda.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.async.EventDispatcher.Ended;
import dev.boda.engine.ManualClock;
import dev.boda.store.EventQueue.LeasedEvent;
import dev.boda.store.EventQueue.QueuedEvent;
import dev.boda.store.EventQueue.Settlement;
import dev.boda.store.InMemoryEventQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who runs which event when, on a clock that stands until it is moved.
final class EventDispatcherTest {

    private static final String LANE = "000000000000/us-east-1/hello";
    private static final String OTHER = "000000000000/us-east-1/other";
    private static final int MOST = 48;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final ManualClock clock = new ManualClock();
    private final InMemoryEventQueue queue = new InMemoryEventQueue(() -> Instant.ofEpochMilli(clock.epochMillis()));
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Run> runs = new LinkedBlockingQueue<>();
    private final EventDispatcher dispatcher = dispatcher("one");
    private volatile boolean spare = true;

    /// An event that runs until the test says how it ends.
    private record Run(LeasedEvent event, BlockingQueue<Ended> end) {

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

    private EventDispatcher dispatcher(String owner) {
        return dispatcher(owner, MOST);
    }

    private EventDispatcher dispatcher(String owner, int most) {
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
    private void round() {
        clock.advance(EventDispatcher.ROUND);
        settled();
    }

    private void settled() {
        eventually(
                "a round is over",
                () -> clock.waitingWithin(EventDispatcher.ROUND) > 0
                        && threads.stream().filter(Thread::isAlive).count() == 1 + dispatcher.running());
    }

    @AfterEach
    void close() {
        dispatcher.close();
    }

    private void start() {
        dispatcher.start();
        settled();
    }

    private void add(String id, String lane, long due) {
        var parts = lane.split("/", -1);
        var event = new AsyncEvent(id, parts[0], parts[1], parts[2], "id", null, "", clock.epochMillis(), 0, 0, 0);
        dispatcher.added(queue.add(new QueuedEvent(id, lane, due, event.document(), new byte[0])), lane, due);
    }

    private Run next() throws InterruptedException {
        var run = runs.poll(10, TimeUnit.SECONDS);
        assertThat(run).as("an event that runs").isNotNull();
        return run;
    }

    private static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(50_000);
        }
    }

    @Test
    void anEventThatIsDueRunsAtOnceAndIsGoneWhenItIsDone() throws Exception {
        start();
        add("1", LANE, clock.epochMillis());
        var run = next();
        assertThat(run.event().id()).isEqualTo("1");
        run.done();
        eventually("it is gone", () -> queue.size() == 0);
    }

    @Test
    void whatWaitedBeforeTheStartRuns() throws Exception {
        add("1", LANE, clock.epochMillis());
        start();
        next().done();
    }

    @Test
    void anEventRunsNotBeforeItIsDue() throws Exception {
        start();
        add("1", LANE, clock.epochMillis() + 5_000);
        eventually("somebody waits for it", () -> clock.waitingWithin(Duration.ofSeconds(5)) > 0);
        clock.advance(Duration.ofMillis(4_999));
        add("2", LANE, clock.epochMillis());
        assertThat(next().event().id()).isEqualTo("2");
        clock.advance(Duration.ofMillis(1));
        assertThat(next().event().id()).isEqualTo("1");
    }

    @Test
    void aRetryRunsWhenItIsDue() throws Exception {
        start();
        add("1", LANE, clock.epochMillis());
        next().failed(clock.epochMillis() + 60_000);
        eventually("it waits again", () -> dispatcher.running() == 0);
        for (int i = 0; i < 4; i++) {
            round();
        }
        var again = next();
        assertThat(AsyncEvent.parse(again.event().document()).retries()).isEqualTo(1);
        again.done();
        eventually("it is gone", () -> queue.size() == 0);
    }

    @Test
    void oneFunctionsFloodDelaysNoOther() throws Exception {
        start();
        for (int i = 0; i < 500; i++) {
            add("flood-" + i, LANE, clock.epochMillis());
        }
        eventually("as many run as may", () -> dispatcher.running() >= 8);
        runs.clear();
        add("other", OTHER, clock.epochMillis());
        eventually(
                "the other runs",
                () -> runs.stream().anyMatch(run -> run.event().id().equals("other")));
    }

    private void flood(String lane) {
        for (int i = 0; i < 200; i++) {
            add(lane + "-" + i, lane, clock.epochMillis());
        }
    }

    /// Lanes for which more is due than they have room for have got another one.
    private void adaptation() {
        settled();
        long waits = clock.waits();
        clock.advance(Timetable.ADAPTATION);
        eventually("the dispatcher has looked", () -> clock.waits() > waits);
    }

    @Test
    void moreRunAtOnceWhileMoreAreDueAndFewerAfterARefusal() {
        start();
        flood(LANE);
        eventually("as many run as of a new lane may", () -> dispatcher.running() == 8);
        clock.advance(Timetable.ADAPTATION);
        eventually("more run, of both shards together", () -> runs.size() == 12);
        eventually("half of the most run", () -> {
            clock.advance(Timetable.ADAPTATION);
            return runs.size() == MOST / 2;
        });
        var under = List.copyOf(runs);
        runs.clear();
        under.forEach(run -> run.refused(clock.epochMillis() + 300_000));
        eventually("half as many run, though all were refused", () -> runs.size() == MOST / 4);
        settled();
        assertThat(runs).hasSize(MOST / 4);
    }

    @Test
    void lanesThatFloodLeaveRoomToOthers() {
        start();
        flood(LANE);
        flood(OTHER);
        // A third each; the first one may have more, which it got while it was alone, as none of its events has ended.
        eventually("both have their part", () -> {
            clock.advance(Timetable.ADAPTATION);
            return dispatcher.running() >= 2 * MOST / 3;
        });
        for (int i = 0; i < 20; i++) {
            adaptation();
        }
        settled();
        assertThat(dispatcher.running()).isLessThanOrEqualTo(MOST * 3 / 4);
    }

    @Test
    void noMoreRunAtOnceWhileTheMachineHasNoRoomForMore() throws Exception {
        spare = false;
        start();
        flood(LANE);
        eventually("as many run as of a new lane may", () -> dispatcher.running() == 8);
        clock.advance(Timetable.ADAPTATION);
        settled();
        assertThat(runs).hasSize(8);
        spare = true;
        clock.advance(Timetable.ADAPTATION);
        eventually("more run", () -> runs.size() == 12);
        spare = false;
        for (int ended = 1; ended <= 20; ended++) {
            next().done();
            int left = 200 - ended;
            eventually("it is gone", () -> queue.size() == left);
            adaptation();
        }
        settled();
        assertThat(dispatcher.running()).isEqualTo(8);
    }

    @Test
    void whatIsDueLaterOfALaneWithoutRoomRunsWhenItIsDueAndThereIsRoom() throws Exception {
        start();
        for (int i = 0; i < 8; i++) {
            add("long-" + i, LANE, clock.epochMillis());
        }
        eventually("8 run, for long", () -> dispatcher.running() == 8);
        add("later", LANE, clock.epochMillis() + 5_000);
        adaptationsUntil(Duration.ofSeconds(5));
        eventually("it runs, too", () -> {
            clock.advance(Timetable.ADAPTATION);
            return dispatcher.running() == 9;
        });
    }

    private void adaptationsUntil(Duration time) {
        for (var passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(Timetable.ADAPTATION)) {
            clock.advance(Timetable.ADAPTATION);
        }
    }

    @Test
    void oneLaneGetsNoMoreThanHalfOfWhatMayRunFromTheStart() throws Exception {
        try (var few = dispatcher("few", 8)) {
            few.start();
            for (int i = 0; i < 100; i++) {
                var lane = i % 2 == 0 ? LANE : OTHER;
                add("e-" + i, lane, clock.epochMillis());
            }
            for (int ended = 1; ended <= 20; ended++) {
                eventually("as many run as both may have", () -> {
                    clock.advance(Timetable.ADAPTATION);
                    return few.running() >= 5;
                });
                assertThat(few.running()).isLessThanOrEqualTo(6);
                next().done();
                int left = 100 - ended;
                eventually("it is gone", () -> queue.size() == left);
            }
        }
    }

    @Test
    void whatJoinsALaneThatHasNoRoomWakesNobody() throws Exception {
        spare = false;
        start();
        flood(LANE);
        eventually("8 run", () -> dispatcher.running() == 8);
        settled();
        long waits = clock.waits();
        for (int i = 0; i < 200; i++) {
            add("joining-" + i, LANE, clock.epochMillis());
        }
        assertThat(clock.waits()).isLessThan(waits + 10);
        next().done();
        eventually("the next ones run all the same", () -> runs.size() == 8);
    }

    @Test
    void aStoreThatFailsIsAskedAgainAndNothingIsLost() throws Exception {
        start();
        queue.unavailable(true);
        clock.advance(EventDispatcher.ROUND);
        eventually("it is asked again soon", () -> clock.waitingWithin(EventDispatcher.PAUSE) > 0);
        queue.unavailable(false);
        add("1", LANE, clock.epochMillis());
        clock.advance(EventDispatcher.PAUSE);
        next().done();
        eventually("it is gone", () -> queue.size() == 0);
    }

    @Test
    void whatIsUnderWayWhenItClosesRunsElsewhere() throws Exception {
        start();
        add("1", LANE, clock.epochMillis());
        var late = next();
        dispatcher.close();
        try (var second = dispatcher("two")) {
            second.start();
            var run = next();
            assertThat(run.event().id()).isEqualTo("1");
            late.done();
            run.done();
            eventually("it is gone", () -> queue.size() == 0);
        }
    }

    @Test
    void whatHasLongBeenRunningIsStillItsOwn() throws Exception {
        start();
        add("1", LANE, clock.epochMillis());
        var run = next();
        for (int i = 0; i < 20; i++) {
            round();
        }
        assertThat(runs).isEmpty();
        run.done();
        eventually("it is gone", () -> queue.size() == 0);
    }

    @Test
    void anEventThatIsGoneLetsNoOtherLeaseLapse() throws Exception {
        start();
        add("1", LANE, clock.epochMillis());
        var run = next();
        for (int i = 0; i < 200; i++) {
            add("gone-" + i, LANE + i, clock.epochMillis());
        }
        eventually("all run", () -> runs.size() == 200);
        for (int i = 0; i < 200; i++) {
            queue.removeLane(LANE + i);
        }
        for (int i = 0; i < 20; i++) {
            round();
        }
        assertThat(runs).hasSize(200);
        run.done();
        eventually("it is gone", () -> queue.size() == 0);
    }

    @Test
    void whatEndedWhileTheStoreFailedDoesNotRunAgain() throws Exception {
        start();
        add("1", LANE, clock.epochMillis());
        var run = next();
        queue.unavailable(true);
        run.done();
        eventually("it is to be written soon", () -> clock.waitingWithin(EventDispatcher.PAUSE) > 0);
        queue.unavailable(false);
        clock.advance(EventDispatcher.PAUSE);
        eventually("it is gone", () -> queue.size() == 0);
        assertThat(runs).isEmpty();
    }

    @Test
    void aLaneThatSomebodyElseThrottlesIsTriedNowAndThen() throws Exception {
        for (int i = 0; i < 100; i++) {
            add("e-" + i, LANE, clock.epochMillis());
        }
        start();
        eventually("as many run as of a new lane may", () -> runs.size() == 8);
        for (int room = 8; room > 1; room /= 2) {
            int all = room;
            eventually("as many run as have room", () -> runs.size() == all);
            for (int i = 0; i < all; i++) {
                next().refused(clock.epochMillis() + 300_000);
            }
        }
        for (var rest = Pace.FIRST_REST; rest.compareTo(Pace.LONGEST_REST) < 0; rest = rest.multipliedBy(2)) {
            eventually("none runs", () -> dispatcher.running() == 0);
            clock.advance(rest.minusMillis(1));
            assertThat(runs).isEmpty();
            clock.advance(Duration.ofMillis(1));
            next().refused(clock.epochMillis() + 300_000);
        }
        eventually("none runs", () -> dispatcher.running() == 0);
        clock.advance(Pace.LONGEST_REST);
        next().done();
        eventually("another one follows a success at once", () -> runs.size() == 1);
        clock.advance(Timetable.ADAPTATION);
        eventually("and soon two", () -> runs.size() == 2);
    }
}
