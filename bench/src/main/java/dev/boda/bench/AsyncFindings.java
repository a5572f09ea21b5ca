package dev.boda.bench;

import dev.boda.bench.Targets.Target;
import dev.boda.bench.load.LoadResult;
import dev.boda.bench.subject.ManyEvents;
import dev.boda.bench.subject.ManyEvents.Beside;
import dev.boda.bench.subject.ManyEvents.Drained;
import dev.boda.bench.subject.SlowFlushes;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What it costs to accept events for later, and to run them, and what others notice of it.
///
/// @param bare     the store's own inserts
/// @param accepted as fast as 64 callers are answered
/// @param slow     the same where flushes take longer
/// @param steady   accepted on a schedule
/// @param quiet    calls of a warm function with nothing beside them
/// @param running  with events that arrive and are run
/// @param waiting  with events that arrive and wait
record AsyncFindings(
        LoadResult bare,
        LoadResult accepted,
        LoadResult slow,
        LoadResult steady,
        Drained drained,
        LoadResult quiet,
        Beside running,
        Beside waiting) {

    /// Events a second, on schedules.
    static final double STEADY = 5_000;

    static final double RUNNING = 1_000;

    /// Calls of the warm function a second.
    static final double CALLS = 200;

    private static final double PART_OF_BARE = 0.5;
    private static final double FEWEST_ACCEPTED = 5_000;
    private static final double FEWEST_ACCEPTED_SLOWLY = 3_000;
    private static final double MOST_ACCEPTING_MILLIS = 10;
    private static final double MOST_BESIDE_RUNNING_MILLIS = 5;
    private static final double MOST_BESIDE_WAITING_MILLIS = 10;
    private static final double MOST_BEHIND = 0.1;
    private static final double MILLI = 1e6;

    Findings findings() {
        return new Findings(List.of(), lines(), targets(), Map.of("async", json()));
    }

    private static double millis(LoadResult result, double percentile) {
        return result.latency().getValueAtPercentile(percentile) / MILLI;
    }

    private double partOfBare() {
        return accepted.callsPerSecond() / bare.callsPerSecond();
    }

    List<String> lines() {
        return List.of(
                "",
                String.format(
                        Locale.ROOT,
                        "Events of 1 KB for a trivial function of Node.js, %d connections; each is on the disk before"
                                + " its 202",
                        ManyEvents.CALLERS),
                "  bare     " + rate(bare) + ": the store's own inserts, as many at once, in this process",
                "  accepted " + rate(accepted)
                        + String.format(Locale.ROOT, ": %.0f %% of bare; they wait", 100 * partOfBare()),
                "  slow     " + rate(slow)
                        + String.format(Locale.ROOT, ": the same with %d ms more for each flush", SlowFlushes.MILLIS),
                "  steady   " + rate(steady) + String.format(Locale.ROOT, ": on a schedule of %,.0f a second", STEADY),
                String.format(
                        Locale.ROOT,
                        "  drained  %,.0f a second: %,d that waited were run in %.1f s, as many at once as there was"
                                + " room for",
                        drained.perSecond(),
                        drained.events(),
                        drained.nanos() / 1e9),
                "  called   " + times(quiet)
                        + String.format(Locale.ROOT, ": a warm function, %.0f times a second, nothing beside", CALLS),
                "           " + times(running.calls())
                        + String.format(
                                Locale.ROOT,
                                ": while %,.0f events a second arrived and %,.0f ran",
                                running.events().callsPerSecond(),
                                runPerSecond(running)),
                "           " + times(waiting.calls())
                        + String.format(
                                Locale.ROOT,
                                ": while %,.0f events a second arrived and waited (their own p99 was %.1f ms)",
                                waiting.events().callsPerSecond(),
                                millis(waiting.events(), 99)));
    }

    private static double runPerSecond(Beside beside) {
        return beside.run() * 1e9 / beside.calls().nanos();
    }

    private static String rate(LoadResult result) {
        return String.format(Locale.ROOT, "%,.0f a second, %s", result.callsPerSecond(), times(result));
    }

    private static String times(LoadResult result) {
        var errors = result.errors() == 0 ? "" : String.format(Locale.ROOT, ", %,d ERRORS", result.errors());
        return String.format(
                Locale.ROOT, "%.2f ms at the median, %.1f at p99%s", millis(result, 50), millis(result, 99), errors);
    }

    List<Target> targets() {
        return List.of(
                new Target(
                        "the server accepts at least half as many events a second as its store can insert",
                        String.format(Locale.ROOT, "%.0f %%", 100 * partOfBare()),
                        partOfBare() >= PART_OF_BARE && accepted.errors() == 0),
                new Target(
                        "and at least 5,000",
                        String.format(Locale.ROOT, "%,.0f", accepted.callsPerSecond()),
                        accepted.callsPerSecond() >= FEWEST_ACCEPTED && accepted.errors() == 0),
                new Target(
                        "5,000 a second are accepted within 10 ms (p99)",
                        String.format(
                                Locale.ROOT, "%.1f ms at %,.0f a second", millis(steady, 99), steady.callsPerSecond()),
                        isKept(steady, STEADY) && millis(steady, 99) <= MOST_ACCEPTING_MILLIS),
                new Target(
                        "with 2 ms more for each flush, at least 3,000 a second",
                        String.format(Locale.ROOT, "%,.0f", slow.callsPerSecond()),
                        slow.callsPerSecond() >= FEWEST_ACCEPTED_SLOWLY && slow.errors() == 0),
                beside(
                        "the p99 of a warm call is under 5 ms while 1,000 events a second arrive and run",
                        running,
                        isKept(running.events(), RUNNING) && runPerSecond(running) >= (1 - MOST_BEHIND) * RUNNING,
                        MOST_BESIDE_RUNNING_MILLIS),
                beside(
                        "and under 10 ms while 5,000 a second are accepted and wait",
                        waiting,
                        isKept(waiting.events(), STEADY),
                        MOST_BESIDE_WAITING_MILLIS));
    }

    private Target beside(String promise, Beside met, boolean kept, double most) {
        double millis = millis(met.calls(), 99);
        return new Target(
                promise,
                String.format(
                        Locale.ROOT,
                        "%.1f ms, %.1f with nothing beside%s",
                        millis,
                        millis(quiet, 99),
                        kept ? "" : "; so many did not arrive and run"),
                kept && millis < most && met.calls().errors() == 0);
    }

    /// Whether a schedule was kept.
    private static boolean isKept(LoadResult result, double perSecond) {
        return result.errors() == 0 && result.callsPerSecond() >= (1 - MOST_BEHIND) * perSecond;
    }

    Map<String, Object> json() {
        return Map.ofEntries(
                Map.entry("bare", json(bare)),
                Map.entry("accepted", json(accepted)),
                Map.entry("partOfBare", partOfBare()),
                Map.entry("acceptedWithSlowFlushes", json(slow)),
                Map.entry("acceptedOnSchedule", json(steady)),
                Map.entry("drainedPerSecond", drained.perSecond()),
                Map.entry("drained", drained.events()),
                Map.entry("called", json(quiet)),
                Map.entry("calledBesideRunning", json(running)),
                Map.entry("calledBesideWaiting", json(waiting)));
    }

    private static Map<String, Object> json(Beside beside) {
        return Map.of("calls", json(beside.calls()), "events", json(beside.events()), "run", beside.run());
    }

    private static Map<String, Object> json(LoadResult result) {
        return Map.of(
                "calls", result.calls(),
                "errors", result.errors(),
                "perSecond", result.callsPerSecond(),
                "p50Millis", millis(result, 50),
                "p99Millis", millis(result, 99),
                "maxMillis", result.latency().getMaxValue() / MILLI);
    }
}
