package dev.boda.bench.subject;

import dev.boda.runtime.InterpreterScan;
import dev.boda.runtime.PinnedSdks;
import dev.boda.runtime.Runtime;
import dev.boda.runtime.RuntimeCatalog;
import dev.boda.runtime.RuntimeOffer;
import dev.boda.runtime.RuntimeUnavailableException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The runtimes that are measured: of each language the newest whose exact interpreter this machine has, else the
/// newest of all.
public final class Languages {

    private static final List<String> NAMES = List.of("nodejs", "python");

    private final List<Runtime> runtimes;
    private final RuntimeCatalog catalog;

    private Languages(List<Runtime> runtimes, RuntimeCatalog catalog) {
        this.runtimes = List.copyOf(runtimes);
        this.catalog = catalog;
    }

    /// What this machine has of a language, the newest last.
    public List<RuntimeOffer> offers(String language) {
        return catalog.offers().stream()
                .filter(offer ->
                        offer.id().startsWith(language) && offer.interpreter().isPresent())
                .toList();
    }

    /// Looks for interpreters as the server does.
    ///
    /// @param home  the folder Boda was built in
    /// @param cache a folder to write into
    public static Languages find(Path home, Path cache) {
        var catalog = new RuntimeCatalog(
                new InterpreterScan(
                        Map.of(),
                        home.resolve("runtimes"),
                        cache.resolve("interpreters.json"),
                        System.getenv(),
                        Path.of(System.getProperty("user.home"))),
                new PinnedSdks(home.resolve("runtimes/sdks"), Path.of(System.getProperty("boda.sdks", "sdks"))),
                false);
        catalog.start();
        return new Languages(NAMES.stream().map(name -> resolve(catalog, name)).toList(), catalog);
    }

    private static Runtime resolve(RuntimeCatalog catalog, String language) {
        var offers = catalog.offers().stream()
                .filter(offer ->
                        offer.id().startsWith(language) && offer.interpreter().isPresent())
                .toList();
        var id = offers.stream()
                .filter(RuntimeOffer::exact)
                .reduce((_, newer) -> newer)
                .or(() -> offers.stream().reduce((_, newer) -> newer))
                .orElseThrow(() -> new IllegalStateException(
                        "No interpreter for " + language + " on this machine: boda doctor says what brings one."))
                .id();
        try {
            return catalog.resolve(id);
        } catch (RuntimeUnavailableException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /// Both, Node.js first.
    public List<Runtime> all() {
        return runtimes;
    }

    /// The interpreter's program.
    public static Path interpreter(Runtime runtime) {
        return Path.of(runtime.command().getFirst());
    }

    /// The folder that is /var/runtime inside.
    public static Path client(Runtime runtime) {
        return runtime.mounts().stream()
                .filter(mount -> mount.inside().equals("/var/runtime"))
                .findFirst()
                .orElseThrow()
                .source();
    }
}
