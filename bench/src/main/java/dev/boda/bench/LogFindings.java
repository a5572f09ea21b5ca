package dev.boda.bench;

import dev.boda.bench.Targets.Target;
import dev.boda.bench.logs.LogFeed;
import dev.boda.bench.logs.LogPath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// What the log path does with the lines of 25,000 invocations a second.
///
/// @param lostMillis what a kill lost
record LogFindings(LogFeed.Seen seen, long lostMillis) {

    private static final int INVOCATIONS_PER_SECOND = 25_000;
    private static final int LINES_EACH = 4;
    private static final int MOST_LAG_MILLIS = 200;

    /// How many times as long the feed runs as a row.
    private static final int FEED_TIMES = 8;

    private static final int SECONDS_TO_KILL = 3;

    static LogFindings find(Path home, Path folder, Duration time, Consumer<String> progress)
            throws IOException, InterruptedException {
        var path = new LogPath(home, folder);
        progress.accept("feeding the log path");
        int seconds = (int) Math.max(2, time.multipliedBy(FEED_TIMES).toSeconds());
        var seen = path.feed(INVOCATIONS_PER_SECOND, seconds);
        progress.accept("killing the log path");
        return new LogFindings(seen, path.lostByKill(INVOCATIONS_PER_SECOND, SECONDS_TO_KILL));
    }

    List<String> lines() {
        return List.of(
                "",
                String.format(
                        Locale.ROOT,
                        "log path, fed the lines of %,d invocations a second (%d each, 64 streams), %,d in all",
                        INVOCATIONS_PER_SECOND,
                        LINES_EACH,
                        seen.invocations()),
                String.format(
                        Locale.ROOT,
                        "  lag      the oldest line that was not on disk yet had waited %d ms at the median, %d at p99, %d"
                                + " at most; the longest of any line was %d ms",
                        seen.lagMedian(),
                        seen.lagP99(),
                        seen.lagMax(),
                        seen.longestLag()),
                String.format(
                        Locale.ROOT,
                        "  lines    %,d appended, %,d written, %,d dropped; the feed was late by %.1f ms at most",
                        seen.invocations() * LINES_EACH,
                        seen.written(),
                        seen.dropped(),
                        seen.behindMillis()),
                String.format(
                        Locale.ROOT,
                        "  cost     %.1f µs of processor time an invocation, the making of the lines included",
                        seen.processMicros()),
                String.format(
                        Locale.ROOT,
                        "  kill -9  of a feed as fast: what it had appended in its last %d ms is lost, at most",
                        lostMillis));
    }

    List<Target> targets() {
        long appended = seen.invocations() * LINES_EACH;
        return List.of(
                new Target(
                        "the lines of 25,000 invocations a second are on disk within 200 ms",
                        seen.longestLag() + " ms at most, and after a kill -9 at most " + lostMillis + " ms are lost",
                        seen.longestLag() < MOST_LAG_MILLIS && lostMillis < MOST_LAG_MILLIS),
                new Target(
                        "and none is dropped",
                        String.format(
                                Locale.ROOT,
                                "%,d dropped, %,d of %,d written",
                                seen.dropped(),
                                seen.written(),
                                appended),
                        seen.dropped() == 0 && seen.written() == appended));
    }

    Map<String, Object> json() {
        return Map.of("feed", seen, "lostByKillMillis", lostMillis);
    }
}
