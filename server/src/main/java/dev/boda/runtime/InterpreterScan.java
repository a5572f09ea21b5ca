package dev.boda.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Finds the interpreters of a machine. Each runs once, on one of a few platform threads, unless it ran before and
/// is unchanged.
public final class InterpreterScan {

    private static final int THREADS = 3;

    private final Map<String, List<Path>> configured;
    private final Path clients;
    private final Path cacheFile;
    private final InterpreterCandidates candidates;

    /// @param configured  of the configuration: runtime id or language → programs
    /// @param clients     the folder with the runtime clients, one folder a language
    /// @param cacheFile   where found versions are kept
    /// @param environment the server's own variables
    /// @param home        the user's folder
    public InterpreterScan(
            Map<String, List<Path>> configured,
            Path clients,
            Path cacheFile,
            Map<String, String> environment,
            Path home) {
        this.configured = Map.copyOf(configured);
        this.clients = clients;
        this.cacheFile = cacheFile;
        this.candidates = new InterpreterCandidates(environment, home);
    }

    /// What a scan found.
    ///
    /// @param found      interpreters in the usual places
    /// @param configured runtime id or language → the interpreters configured for it that ran
    /// @param problems   configured ones that did not, a sentence each
    /// @param pyenv      whether pyenv is here
    /// @param nvm        whether nvm is here
    /// @param rbenv      whether rbenv is here
    record Findings(
            List<Interpreter> found,
            Map<String, List<Interpreter>> configured,
            List<String> problems,
            boolean pyenv,
            boolean nvm,
            boolean rbenv) {}

    Path clients() {
        return clients;
    }

    /// Blocks until every candidate has run or was known.
    Findings scan() throws InterruptedException {
        var cache = new ProbeCache(cacheFile, clientsStamp());
        cache.load();
        var probes = new Probes(cache, new InterpreterProbe(clients));
        var threads = Thread.ofPlatform().daemon().name("interpreter-scan-", 0).factory();
        try (var executor = Executors.newFixedThreadPool(THREADS, threads)) {
            var running = new ArrayList<Future<Optional<Interpreter>>>();
            for (var candidate : candidates.find()) {
                running.add(executor.submit(probes.of(candidate.language(), candidate.path())));
            }
            var problems = new ArrayList<String>();
            var ofConfiguration = new TreeMap<String, List<Interpreter>>();
            for (var entry : configured.entrySet()) {
                ofConfiguration.put(entry.getKey(), probes.ofConfigured(entry.getKey(), entry.getValue(), problems));
            }
            var found = new LinkedHashSet<Interpreter>();
            for (var probe : running) {
                result(probe).ifPresent(found::add);
            }
            cache.save();
            return new Findings(
                    List.copyOf(found),
                    Map.copyOf(ofConfiguration),
                    List.copyOf(problems),
                    Files.isDirectory(candidates.pyenv()),
                    Files.isDirectory(candidates.nvm()),
                    Files.isDirectory(candidates.rbenv()));
        }
    }

    private static Optional<Interpreter> result(Future<Optional<Interpreter>> probe) throws InterruptedException {
        try {
            return probe.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("A probe failed in an unforeseen way", e.getCause());
        }
    }

    private static boolean isSource(Path file) {
        return file.toString().endsWith(".py") || file.toString().endsWith(".cjs");
    }

    /// The clients' sizes and times: they are compiled again when one changed.
    private String clientsStamp() {
        try (var files = Files.walk(clients)) {
            long stamp = 0;
            for (var file : (Iterable<Path>) files.filter(InterpreterScan::isSource)::iterator) {
                stamp = 31 * stamp
                        + Files.size(file)
                        + Files.getLastModifiedTime(file).toMillis();
            }
            return Long.toHexString(stamp);
        } catch (IOException _) {
            return "0";
        }
    }

    /// Runs a program, or remembers what it said.
    private record Probes(ProbeCache cache, InterpreterProbe probe) {

        Callable<Optional<Interpreter>> of(Language language, Path program) {
            return () -> run(language, program);
        }

        List<Interpreter> ofConfigured(String key, List<Path> programs, List<String> problems)
                throws InterruptedException {
            var language = Language.of(
                    KnownRuntime.find(key).map(KnownRuntime::language).orElse(key));
            if (language.isEmpty()) {
                problems.add("runtimes." + key + ": not a runtime or language that Boda can run.");
                return List.of();
            }
            Set<Interpreter> interpreters = new LinkedHashSet<>();
            for (var program : programs) {
                var interpreter = run(language.get(), program);
                interpreter.ifPresent(interpreters::add);
                if (interpreter.isEmpty()) {
                    problems.add("runtimes." + key + ": " + program + " did not run as a supported "
                            + language.get().displayName() + ".");
                }
            }
            return List.copyOf(interpreters);
        }

        private Optional<Interpreter> run(Language language, Path program) throws InterruptedException {
            var known = cache.find(program);
            if (known.isPresent()) {
                return known;
            }
            var interpreter = probe.run(language, program);
            interpreter.ifPresent(found -> cache.keep(program, found));
            return interpreter;
        }
    }
}
