package dev.boda.bench;

import dev.boda.bench.subject.Handlers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What can be asked for by name.
enum BenchSet {
    DEFAULT("what runs without a name: warm, payloads, memory, open, cold and control, in under five minutes", 64) {
        @Override
        void addTo(Suites suites) throws IOException {
            suites.warm(List.of(1, 16, 64), List.of(0));
            suites.warm(List.of(1), List.of(TEN_KILOBYTES, MEGABYTE, SIX_MEGABYTES));
            suites.small();
            suites.open(List.of(1_000));
            suites.cold();
            suites.control();
        }
    },
    WARM("warm invocations without payload at 1, 16 and 64 callers", 64) {
        @Override
        void addTo(Suites suites) throws IOException {
            suites.warm(List.of(1, 16, 64), List.of(0));
        }
    },
    PAYLOADS("warm invocations with 0 B, 10 KB, 1 MB and 6 MB, each at 1, 16 and 64 callers", 64) {
        @Override
        void addTo(Suites suites) throws IOException {
            suites.warm(List.of(1, 16, 64), List.of(0, TEN_KILOBYTES, MEGABYTE, SIX_MEGABYTES));
        }
    },
    MEMORY("warm invocations of functions of 128 to 3,008 MB", 1) {
        @Override
        void addTo(Suites suites) throws IOException {
            suites.memory(List.of(128, 256, 512, 1_024, Suites.WHOLE_PROCESSOR, 3_008));
        }
    },
    OPEN("warm invocations on a schedule of 250 to 8,000 calls a second", 64) {
        @Override
        void addTo(Suites suites) throws IOException {
            suites.open(List.of(250, 500, 1_000, 2_000, 4_000, 8_000));
        }
    },
    COLD("first calls of new functions, next to the bare interpreter", 1) {
        @Override
        void addTo(Suites suites) throws IOException {
            suites.cold();
        }
    },
    CONTROL("reads and writes of functions", 1) {
        @Override
        void addTo(Suites suites) throws IOException {
            suites.control();
        }
    },
    PROFILE("where the server's processor time goes at 1, 16 and 64 callers, and what part of it logging takes", 1) {
        @Override
        Findings find(Bench bench, Duration time, Consumer<String> progress) throws IOException, InterruptedException {
            var profile = profile(bench, List.of(1, 16, 64), time, progress);
            return new Findings(
                    profile.rows(), profile.lines(), List.of(profile.logging()), Map.of("profile", profile.json()));
        }
    },
    ISOLATION("what isolation costs next to plain processes, lives a second, idle memory", 1) {
        @Override
        void addTo(Suites suites) throws IOException {
            suites.isolation();
        }

        @Override
        Findings find(Bench bench, Duration time, Consumer<String> progress) throws IOException, InterruptedException {
            progress.accept("idle memory");
            var idle = bench.sandboxes().idle();
            return new Findings(List.of(), List.of("", idle.sentence()), List.of(), Map.of("idleMemory", idle));
        }
    },
    LANGUAGES("cold starts and warm calls of every language, Java with and without its AOT cache", 1) {
        @Override
        void addTo(Suites suites) throws IOException, InterruptedException {
            suites.languages();
        }

        @Override
        Findings find(Bench bench, Duration time, Consumer<String> progress) {
            var lines = bench.leftOut().stream()
                    .map(reason -> "Not measured: " + reason + ".")
                    .toList();
            return new Findings(List.of(), lines, List.of(), Map.of("leftOut", bench.leftOut()));
        }
    },
    LIMITS("bursts of first calls, environments a second, a neighbour, idle memory, a trace of retirement", 1) {
        @Override
        void addTo(Suites suites) throws IOException {
            suites.limits();
        }

        @Override
        Findings find(Bench bench, Duration time, Consumer<String> progress) throws IOException, InterruptedException {
            return LimitsFindings.find(bench, progress);
        }
    },
    LOGS("the log path at 25,000 invocations a second: lag, drops, a kill; and what part logging takes", 1) {
        @Override
        Findings find(Bench bench, Duration time, Consumer<String> progress) throws IOException, InterruptedException {
            var path = LogFindings.find(bench.home(), bench.scratch(), time, progress);
            var profile = profile(bench, List.of(16, 64), time, progress);
            var lines = new ArrayList<>(path.lines());
            lines.addAll(profile.lines());
            var targets = new ArrayList<>(path.targets());
            targets.add(profile.logging());
            return new Findings(
                    profile.rows(), lines, targets, Map.of("logPath", path.json(), "profile", profile.json()));
        }
    },
    FUNCTIONS("10,000 functions: created, read, listed; 500 versions of one; the start and the memory with them", 1) {
        @Override
        Findings find(Bench bench, Duration time, Consumer<String> progress) throws IOException, InterruptedException {
            return FunctionsFindings.find(bench, 10_000, 500, time.multipliedBy(PROFILE_TIMES), progress);
        }
    },
    STREAMS("answers as functions write them: the first byte, MB/s of 200 MB, the server's memory", 16) {
        @Override
        void addTo(Suites suites) throws IOException {
            suites.streams(List.of(1, 16), List.of(1, 4), STREAM_MEGABYTES);
        }

        @Override
        List<String> bareHandlers() {
            return List.of(Handlers.STREAMING);
        }
    },
    ASYNC("events accepted a second beside the store's inserts, drained, and what a warm call notices", 1) {
        @Override
        Findings find(Bench bench, Duration time, Consumer<String> progress) throws IOException, InterruptedException {
            return new AsyncSuite(bench, time.multipliedBy(PROFILE_TIMES), progress).find();
        }
    },
    SMOKE("a little of everything, in seconds: whether the benchmark works, no figures to quote", 4) {
        @Override
        void addTo(Suites suites) throws IOException {
            suites.warm(List.of(1, 4), List.of(0));
            suites.warm(List.of(1), List.of(TEN_KILOBYTES, MEGABYTE));
            suites.small();
            suites.open(List.of(100));
            suites.cold();
            suites.control();
            suites.streams(List.of(1, 4), List.of(1), 4);
        }

        @Override
        List<String> bareHandlers() {
            return List.of(Handlers.HANDLER, Handlers.STREAMING);
        }

        @Override
        Findings find(Bench bench, Duration time, Consumer<String> progress) throws IOException, InterruptedException {
            return FunctionsFindings.find(bench, 120, 10, time, progress)
                    .and(new AsyncSuite(bench, time, progress).find());
        }
    };

    /// How many times as long a recorded load runs as a row.
    private static final int PROFILE_TIMES = 3;

    /// As much as AWS streams.
    private static final int STREAM_MEGABYTES = 200;

    private static final int TEN_KILOBYTES = 10 * 1_024;
    private static final int MEGABYTE = 1_024 * 1_024;
    private static final int SIX_MEGABYTES = 6 * MEGABYTE;

    private final String description;
    private final int runtimes;

    BenchSet(String description, int runtimes) {
        this.description = description;
        this.runtimes = runtimes;
    }

    /// The rows of the set, which rounds measure.
    void addTo(Suites suites) throws IOException, InterruptedException {}

    /// Whether it has rows that rounds measure.
    boolean hasRounds() {
        return this != PROFILE && this != LOGS && this != FUNCTIONS && this != ASYNC;
    }

    /// Whether its figures are worth holding against what Boda promises.
    boolean isJudged() {
        return this != SMOKE;
    }

    /// What else the set finds, after the rounds.
    Findings find(Bench bench, Duration time, Consumer<String> progress) throws IOException, InterruptedException {
        return Findings.NONE;
    }

    private static Profile profile(Bench bench, List<Integer> callers, Duration time, Consumer<String> progress)
            throws IOException, InterruptedException {
        var suites = new Suites(bench);
        suites.warmWithoutBare(callers);
        long pid = bench.boda().pid();
        return Profile.of(suites.all(), time.multipliedBy(PROFILE_TIMES), progress, pid);
    }

    static Optional<BenchSet> find(String name) {
        for (var set : values()) {
            if (set.id().equals(name)) {
                return Optional.of(set);
            }
        }
        return Optional.empty();
    }

    /// As it is typed.
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    String description() {
        return description;
    }

    /// What runs below the bare loop.
    List<String> bareHandlers() {
        return List.of(Handlers.HANDLER);
    }

    /// How many runtimes of each language and handler the bare loop needs: as many as there are callers at once.
    int runtimes() {
        return runtimes;
    }
}
