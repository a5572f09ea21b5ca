package dev.boda.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How many events of a lane run at once, beside those of others.
final class EventDispatcherRoomTest extends DispatcherFixture {

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
