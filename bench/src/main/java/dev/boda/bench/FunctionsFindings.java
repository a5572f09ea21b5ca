package dev.boda.bench;

import dev.boda.bench.load.LoadResult;
import dev.boda.bench.subject.BodaServer;
import dev.boda.bench.subject.ManyFunctions;
import dev.boda.bench.subject.ManyFunctions.Answered;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// What it costs to have very many functions on a server.
///
/// @param part     how many of the first and of the last creations count
/// @param rest     from the last creation until all can be called, nanoseconds
/// @param starts   of a server with an empty folder, and with all functions
/// @param resident memory of the server
record FunctionsFindings(
        int functions,
        int versions,
        int part,
        Answered created,
        long rest,
        LoadResult gets,
        LoadResult pages,
        ManyFunctions.Listing listing,
        Answered published,
        Starts starts,
        Resident resident) {

    private static final double MILLI = 1e6;

    /// Milliseconds from the start of `./boda start` to the first answer.
    record Starts(double empty, double full) {}

    /// In MB: just started with nothing, with all functions made, and after a restart with them.
    record Resident(long empty, long full, long restarted) {}

    static Findings find(Bench bench, int functions, int versions, Duration time, Consumer<String> progress)
            throws IOException, InterruptedException {
        var found = measure(bench, functions, versions, time, progress);
        return new Findings(List.of(), found.lines(), List.of(), Map.of("functions", found.json()));
    }

    private static FunctionsFindings measure(
            Bench bench, int functions, int versions, Duration time, Consumer<String> progress)
            throws IOException, InterruptedException {
        var data = bench.scratch().resolve("many");
        var runtime = bench.languages().all().getFirst().id();
        int part = Math.max(1, functions / 10);
        long begun = System.nanoTime();
        Answered created;
        long rest;
        LoadResult gets;
        LoadResult pages;
        ManyFunctions.Listing listing;
        Answered published;
        long emptyMegabytes;
        long fullMegabytes;
        double empty;
        try (var server = BodaServer.start(bench.home(), data)) {
            var many = new ManyFunctions(server, runtime);
            many.list();
            empty = (System.nanoTime() - begun) / MILLI;
            emptyMegabytes = many.residentMegabytes();
            progress.accept("creating functions");
            created = many.create(functions);
            rest = many.awaitReady(functions);
            progress.accept("reading functions");
            gets = many.get(functions, time);
            listing = many.list();
            listing = many.list();
            pages = many.pages(listing, time);
            progress.accept("publishing versions");
            published = many.publish(versions);
            fullMegabytes = many.residentMegabytes();
        }
        progress.accept("starting with all functions");
        begun = System.nanoTime();
        try (var server = BodaServer.start(bench.home(), data)) {
            var many = new ManyFunctions(server, runtime);
            many.get(1, Duration.ZERO);
            double full = (System.nanoTime() - begun) / MILLI;
            var resident = new Resident(emptyMegabytes, fullMegabytes, many.residentMegabytes());
            if (many.list().functions() != functions) {
                throw new IOException("After the restart there are not " + functions + " functions");
            }
            return new FunctionsFindings(
                    functions,
                    versions,
                    part,
                    created,
                    rest,
                    gets,
                    pages,
                    listing,
                    published,
                    new Starts(empty, full),
                    resident);
        }
    }

    private int versionsPart() {
        return Math.max(1, versions / 10);
    }

    List<String> lines() {
        return List.of(
                "",
                String.format(
                        Locale.ROOT,
                        "%,d functions, each with a package of its own; %d callers at once where nothing else is said",
                        functions,
                        ManyFunctions.CALLERS),
                String.format(
                        Locale.ROOT,
                        "  created  %,.0f a second of the first %,d, %,.0f of the last; %,.1f s in all, %.2f s until"
                                + " the last was active",
                        created.firstPerSecond(part),
                        part,
                        created.lastPerSecond(part),
                        created.nanos()[functions - 1] / 1e9,
                        rest / 1e9),
                String.format(Locale.ROOT, "  got      %,.0f a second of any, %s", gets.callsPerSecond(), times(gets)),
                String.format(
                        Locale.ROOT,
                        "  listed   %,.0f pages of 50 a second, %s; all of them by one caller: %,.0f ms",
                        pages.callsPerSecond(),
                        times(pages),
                        listing.nanos() / MILLI),
                String.format(
                        Locale.ROOT,
                        "  versions of one function, %,d, by one caller: %,.0f published a second of the first %,d, %,.0f"
                                + " of the last",
                        versions,
                        published.firstPerSecond(versionsPart()),
                        versionsPart(),
                        published.lastPerSecond(versionsPart())),
                String.format(
                        Locale.ROOT,
                        "  start    %,.0f ms to the first answer with all of them, %,.0f ms with an empty folder",
                        starts.full,
                        starts.empty),
                String.format(
                        Locale.ROOT,
                        "  memory   %d MB (VmRSS) when they were made, %d MB after the restart; a new server has %d MB",
                        resident.full,
                        resident.restarted,
                        resident.empty));
    }

    private static String times(LoadResult result) {
        return String.format(
                Locale.ROOT,
                "%.2f ms at the median, %.1f at p99",
                result.latency().getValueAtPercentile(50) / MILLI,
                result.latency().getValueAtPercentile(99) / MILLI);
    }

    Map<String, Object> json() {
        return Map.ofEntries(
                Map.entry("functions", functions),
                Map.entry("versions", versions),
                Map.entry("firstCreatesPerSecond", created.firstPerSecond(part)),
                Map.entry("lastCreatesPerSecond", created.lastPerSecond(part)),
                Map.entry("getsPerSecond", gets.callsPerSecond()),
                Map.entry("pagesPerSecond", pages.callsPerSecond()),
                Map.entry("listingMillis", listing.nanos() / MILLI),
                Map.entry("firstPublishesPerSecond", published.firstPerSecond(versionsPart())),
                Map.entry("lastPublishesPerSecond", published.lastPerSecond(versionsPart())),
                Map.entry("startMillis", starts),
                Map.entry("residentMegabytes", resident));
    }
}
