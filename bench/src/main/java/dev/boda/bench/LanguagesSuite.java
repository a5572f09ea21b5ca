package dev.boda.bench;

import dev.boda.bench.Bench.Deployed;
import dev.boda.bench.Experiment.Label;
import dev.boda.bench.load.Load;
import dev.boda.bench.load.Outgoing;
import dev.boda.bench.load.Request;
import dev.boda.bench.load.SignedRequests;
import dev.boda.bench.load.Target;
import dev.boda.bench.subject.BodaServer;
import dev.boda.bench.subject.Programs;
import dev.boda.bench.subject.Programs.Program;
import dev.boda.runtime.RuntimeOffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A cold start and a warm call of a small function in every language that this machine has, as users get them; of Java
/// with its AOT cache and, on a server with `--no-java-aot`, without.
final class LanguagesSuite {

    static final String COLD = "cold start, languages";
    static final String WARM = "warm, languages";

    /// A server that makes no AOT caches.
    static final String WITHOUT = "no AOT cache";

    private static final int JAVA_OF_CACHES = 25;
    private static final Duration TRAINED = Duration.ofMinutes(3);
    private static final long POLL_MILLIS = 100;

    private final Bench bench;
    private final List<Experiment> all = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    LanguagesSuite(Bench bench) {
        this.bench = bench;
    }

    /// A language that is not there is left out; [#missing] says so.
    List<Experiment> all() throws IOException, InterruptedException {
        var usual = new Deployed(bench.boda(), bench.functions());
        for (var language : List.of("python", "nodejs", "ruby")) {
            var offer = newest(language);
            if (offer.isPresent()) {
                add(usual, Label.BODA, offer.get().id(), offer.get().id(), Programs.of(language, 0, bench.scratch()));
            } else {
                missing.add(language + ": no interpreter here");
            }
        }
        java(usual);
        add(usual, Label.BODA, "bash bootstrap", "provided.al2023", Programs.of("bash", 0, bench.scratch()));
        for (var language : List.of("go", "rust")) {
            var program = Programs.built(language, bench.scratch());
            if (program.isPresent()) {
                add(usual, Label.BODA, language, "provided.al2023", program.get());
            } else {
                missing.add(language + ": the acceptance tests, which build its program, have not run here");
            }
        }
        return List.copyOf(all);
    }

    /// What is not measured, and why.
    List<String> missing() {
        return List.copyOf(missing);
    }

    private void java(Deployed usual) throws IOException, InterruptedException {
        int before = caches();
        boolean trained = false;
        for (var offer : offers("java")) {
            var interpreter = offer.interpreter().orElseThrow();
            int release = Integer.parseInt(interpreter.version().split("\\.", -1)[0]);
            var program = Programs.of("java", release, bench.scratch());
            var name = offer.id() + " on JDK " + release;
            add(usual, Label.BODA, name, offer.id(), program);
            if (release >= JAVA_OF_CACHES) {
                add(bench.withoutCaches(), WITHOUT, name, offer.id(), program);
                trained = true;
                before += 2;
            }
        }
        long deadline = System.nanoTime() + TRAINED.toNanos();
        while (trained && caches() < before) {
            if (System.nanoTime() > deadline) {
                throw new IOException("No AOT cache was made in " + TRAINED.toMinutes() + " minutes");
            }
            Thread.sleep(POLL_MILLIS);
        }
        if (!trained) {
            missing.add("java's AOT cache: no JDK 25 here");
        }
    }

    private int caches() throws IOException {
        var folder = bench.data().resolve("cache/starts");
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (var folders = Files.list(folder)) {
            return Math.toIntExact(folders.map(Path::getFileName)
                    .filter(name -> !name.toString().equals("writing"))
                    .count());
        }
    }

    /// Of Java the newest that is exact and the newest id that JDK 25 runs.
    private List<RuntimeOffer> offers(String language) {
        var there = bench.languages().offers(language);
        var older = there.stream()
                .filter(offer -> offer.exact() && !offer.id().equals("java" + JAVA_OF_CACHES))
                .reduce((_, newer) -> newer);
        var offers = new ArrayList<RuntimeOffer>();
        older.ifPresent(offers::add);
        there.stream()
                .filter(offer -> offer.id().equals("java" + JAVA_OF_CACHES))
                .forEach(offers::add);
        return offers;
    }

    private Optional<RuntimeOffer> newest(String language) {
        var there = bench.languages().offers(language);
        return there.stream()
                .filter(RuntimeOffer::exact)
                .reduce((_, newer) -> newer)
                .or(() -> there.stream().reduce((_, newer) -> newer));
    }

    private void add(Deployed deployed, String subject, String name, String runtime, Program program)
            throws IOException {
        var function = "language-" + name.replaceAll("[^a-z0-9]+", "-");
        deployed.functions().create(function, runtime, program.handler(), Suites.WHOLE_PROCESSOR, program.zip());
        // Its own: of many callers some environments stay.
        var alone = function + "-cold";
        deployed.functions().create(alone, runtime, program.handler(), Suites.WHOLE_PROCESSOR, program.zip());
        var call = Request.invoke(function, "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        var coldCall = Request.invoke(alone, "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        var exit = Request.invoke(alone, Programs.EXIT);
        all.add(new OneByOne(new Label(COLD, name, subject), _ -> {
            long _ = deployed.functions().measure(exit);
            return deployed.functions().measure(coldCall);
        }));
        for (int callers : List.of(1, 16)) {
            var target = Target.of(deployed.server().url());
            Supplier<Outgoing> requests = () -> new SignedRequests(call, target, BodaServer.signer("lambda"));
            all.add(new Invocations(
                    new Label(WARM, name + ", " + callers + (callers == 1 ? " caller" : " callers"), subject),
                    new Load(target, requests, callers, Duration.ZERO, Load.ANY),
                    Invocations.CLOSED,
                    deployed.server().pid()));
        }
    }
}
