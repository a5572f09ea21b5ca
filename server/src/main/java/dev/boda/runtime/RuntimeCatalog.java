package dev.boda.runtime;

import dev.boda.sandbox.SandboxSpec.Mount;
import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The runtimes of this machine. The scan runs beside the rest of the start: whoever asks before its end waits for it.
public final class RuntimeCatalog implements Runtimes {

    private static final Logger LOG = LoggerFactory.getLogger(RuntimeCatalog.class);

    /// Where AWS has its own interpreter, and programs of layers.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
    static final String PROGRAM_PATH = "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin";

    static final String LIBRARY_PATH =
            "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib";

    /// Python 2 is another language, and nobody can have a function of `java8`.
    private static final Set<String> LEFT_OUT = Set.of("python2.7", "java8", "ruby2.5", "ruby2.7");

    private final InterpreterScan scan;
    private final PinnedSdks pins;
    private final boolean exactOnly;
    private final RuntimeRoots roots;
    private volatile boolean rootsUsable = true;
    private final CompletableFuture<InterpreterScan.Findings> findings = new CompletableFuture<>();
    private final CompletableFuture<List<PinnedSdk>> sdks = new CompletableFuture<>();
    private final Set<PinnedSdk> missed = ConcurrentHashMap.newKeySet();

    /// @param pins      the SDKs that functions find
    /// @param exactOnly whether a runtime without an interpreter of its own version is refused
    public RuntimeCatalog(InterpreterScan scan, PinnedSdks pins, boolean exactOnly) {
        this(scan, pins, exactOnly, RuntimeRoots.none());
    }

    /// @param roots those that were added, which go before what the machine has
    public RuntimeCatalog(InterpreterScan scan, PinnedSdks pins, boolean exactOnly, RuntimeRoots roots) {
        this.scan = scan;
        this.pins = pins;
        this.exactOnly = exactOnly;
        this.roots = roots;
    }

    /// Says whether functions can have another root file system than the machine's, which plain processes cannot.
    public void useRoots(boolean usable) {
        rootsUsable = usable;
    }

    /// The root that was added for a runtime, if there is one that can be used.
    public Optional<RuntimeRoot> added(String id) {
        return rootsUsable ? roots.find(id) : Optional.empty();
    }

    /// Starts to look for interpreters.
    public void start() {
        Thread.ofPlatform().daemon().name("runtime-catalog").start(() -> {
            try {
                sdks.complete(pins.read());
                findings.complete(scan.scan());
            } catch (InterruptedException | RuntimeException e) {
                sdks.completeExceptionally(e);
                findings.completeExceptionally(e);
            }
        });
    }

    @Override
    public Runtime resolve(String id) throws RuntimeUnavailableException {
        var known = KnownRuntime.find(id)
                .orElseThrow(() -> new RuntimeUnavailableException("There is no runtime " + id + "."));
        if (known.isOsOnly()) {
            return osOnly(known);
        }
        var language = runnable(known).orElseThrow(() -> new RuntimeUnavailableException(Remedies.notBuilt(known)));
        var wanted = language.versionOf(known.version());
        var added = added(id);
        if (added.isPresent()) {
            return runtime(known, language, added.get());
        }
        var choice = choose(known, language);
        if (choice.isEmpty() || (exactOnly && !isExact(language, choice.get(), wanted))) {
            throw new RuntimeUnavailableException(
                    Remedies.missing(known, language, interpreters(known, language), remedy(known, language)));
        }
        return runtime(known, language, choice.get());
    }

    /// What this machine has for each runtime that Boda can run, by language and age.
    public List<RuntimeOffer> offers() {
        var offers = new ArrayList<RuntimeOffer>();
        for (var known : KnownRuntime.all()) {
            runnable(known)
                    .filter(language -> language.isSupported(language.versionOf(known.version())))
                    .ifPresent(language -> offers.add(offer(known, language)));
        }
        return List.copyOf(offers);
    }

    /// What is wrong with the configured interpreters, a sentence each.
    public List<String> problems() {
        return findings.join().problems();
    }

    /// AWS's SDKs that functions find without packaging them, whether they are on this machine or not.
    public List<PinnedSdk> sdks() {
        return sdks.join();
    }

    @Override
    public Optional<Path> debuggerPackages(Runtime runtime) {
        return runtime.language().equals(Language.PYTHON.id())
                ? pins.debugger().filter(Files::isDirectory)
                : Optional.empty();
    }

    private String remedy(KnownRuntime known, Language language) {
        return Remedies.command(known, language, findings.join(), rootsUsable);
    }

    private RuntimeOffer offer(KnownRuntime known, Language language) {
        var choice = added(known.id()).map(RuntimeRoot::interpreter).or(() -> choose(known, language));
        boolean exact = choice.isPresent() && isExact(language, choice.get(), language.versionOf(known.version()));
        var remedy = exact ? "" : remedy(known, language);
        return new RuntimeOffer(known.id(), exactOnly && !exact ? Optional.empty() : choice, exact, remedy);
    }

    /// The language of a runtime that Boda has a client for.
    static Optional<Language> runnable(KnownRuntime known) {
        return Language.of(known.language())
                .filter(_ -> !LEFT_OUT.contains(known.id()))
                .filter(language -> !language.versionOf(known.version()).isNewerThan(language.newest()));
    }

    private List<Interpreter> interpreters(KnownRuntime known, Language language) {
        var all = findings.join();
        var ofId = all.configured().get(known.id());
        var ofLanguage = ofId != null ? ofId : all.configured().get(language.id());
        return (ofLanguage != null ? ofLanguage : all.found())
                .stream()
                        .filter(found -> found.language().equals(language.id()))
                        .toList();
    }

    /// The interpreter of the wanted version, or the nearest: of two as near the newer one, of two of a version the
    /// one found first.
    private Optional<Interpreter> choose(KnownRuntime known, Language language) {
        var wanted = language.versionOf(known.version());
        Comparator<Interpreter> byDistance = Comparator.comparingInt(
                found -> language.versionOf(found.version()).distance(wanted));
        return interpreters(known, language).stream()
                .filter(found -> language.canStandIn(language.versionOf(found.version()), wanted))
                .min(byDistance.thenComparing(
                        found -> !language.versionOf(found.version()).isNewerThan(wanted)));
    }

    private static boolean isExact(Language language, Interpreter interpreter, Language.Version wanted) {
        return language.versionOf(interpreter.version()).equals(wanted);
    }

    private Runtime runtime(KnownRuntime known, Language language, Interpreter interpreter) {
        var root = new RootFileSystem.Host(interpreter.folders());
        var home = new Home(interpreter.version(), interpreter.path(), root, PinnedSdk.PYTHON_FOLDER);
        return runtime(known, language, home);
    }

    /// AWS's images have their interpreter where the machine's own finds its SDK.
    private Runtime runtime(KnownRuntime known, Language language, RuntimeRoot added) {
        boolean taken = Files.exists(added.folder().resolve("." + PinnedSdk.PYTHON_FOLDER));
        var root = new RootFileSystem.Directory(added.folder());
        var sdkFolder = taken ? PinnedSdk.PYTHON_FOLDER_OF_ROOTS : PinnedSdk.PYTHON_FOLDER;
        return runtime(known, language, new Home(added.version(), Path.of(added.program()), root, sdkFolder));
    }

    /// Where an interpreter runs.
    ///
    /// @param program   as it is called inside
    /// @param sdkFolder where Python's SDK goes
    private record Home(String version, Path program, RootFileSystem root, String sdkFolder) {}

    private Runtime runtime(KnownRuntime known, Language language, Home home) {
        var wanted = language.versionOf(known.version());
        var actual = language.versionOf(home.version());
        var sdk = sdk(language, actual);
        var told = sdk.isPresent() ? PinnedSdk.toldFolders(language, actual, home.sdkFolder()) : List.<String>of();
        var environment = new HashMap<>(language.searchPath(wanted, told));
        environment.put("PATH", home.program().getParent() + ":" + PROGRAM_PATH);
        environment.put("LD_LIBRARY_PATH", LIBRARY_PATH);
        var mounts = new ArrayList<Mount>();
        mounts.add(new Mount(language.client(scan.clients()), "/var/runtime", true));
        sdk.ifPresent(found -> mounts.add(found.mount(language, home.sdkFolder())));
        return new Runtime(
                known.id(),
                language.id(),
                home.version(),
                actual.equals(wanted),
                home.root(),
                mounts,
                language.command(home.program()),
                environment);
    }

    /// The function brings the program, and the machine what it is linked with.
    private static Runtime osOnly(KnownRuntime known) {
        return new Runtime(
                known.id(),
                known.language(),
                known.version(),
                true,
                new RootFileSystem.Host(List.of()),
                List.of(),
                List.of(),
                Map.of());
    }

    /// The newest one that is for the interpreter, if it is on this machine. That it is not is said once.
    private Optional<PinnedSdk> sdk(Language language, Language.Version version) {
        var pinned =
                sdks.join().stream().filter(sdk -> sdk.isFor(language, version)).reduce((_, newer) -> newer);
        if (pinned.isPresent() && !pinned.get().isHere() && missed.add(pinned.get())) {
            LOG.warn(
                    "{} is not on this machine: functions that run on {} {} and do not package it themselves cannot"
                            + " import it. './boda runtimes' brings it; no restart is needed.",
                    pinned.get().release(),
                    language.displayName(),
                    version.minor() == 0 ? version.major() : version.major() + "." + version.minor());
        }
        return pinned.filter(PinnedSdk::isHere);
    }
}
