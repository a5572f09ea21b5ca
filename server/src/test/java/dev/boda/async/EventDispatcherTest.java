package dev.boda.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Which event runs when, and how often.
final class EventDispatcherTest extends DispatcherFixture {

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
}
