package dev.boda;

import dev.boda.Config.ConfigException;
import dev.boda.image.ImageProgress;
import dev.boda.image.ImageSource;
import dev.boda.image.ImageStore;
import dev.boda.runtime.RootProbe;
import dev.boda.runtime.RuntimeOffer;
import dev.boda.runtime.RuntimeRoot;
import dev.boda.runtime.RuntimeRoots;
import dev.boda.runtime.RuntimeUnavailableException;
import dev.boda.store.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// `boda runtimes`: which runtimes there are, and root file systems for those that the machine itself does not have. A
/// server that runs meanwhile learns of what changed at its next cold start.
final class RuntimeCommand {

    static final String USAGE = "Says which runtimes there are; adds or removes one."
            + " SOURCE is an image's name in a registry (default: AWS's own, of public.ecr.aws/lambda), or the path of"
            + " an OCI layout, of an archive of 'docker save' or 'skopeo copy', or of a root file system.";

    private static final int SHORT_DIGEST = 12;

    private final Config config;
    private final Path folder;
    private final RuntimeRoots roots;
    private final Consumer<String> out;
    private final Consumer<String> err;

    /// @param out takes what was asked for, a line each
    /// @param err takes how far it is
    RuntimeCommand(Config config, Consumer<String> out, Consumer<String> err) {
        this.config = config;
        this.folder = AddedRuntimes.folder(config);
        this.roots = AddedRuntimes.of(config);
        this.out = out;
        this.err = err;
    }

    /// It could not be done; the message says why.
    static final class FailedException extends Exception {
        FailedException(String message) {
            super(message);
        }

        FailedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    void run(List<String> words) throws FailedException, IOException, InterruptedException {
        var what = words.isEmpty() ? "list" : words.getFirst();
        if (what.equals("list") && words.size() <= 1) {
            list();
        } else if (what.equals("add") && words.size() >= 2) {
            add(words.get(1), words.size() == 2 ? "" : words.get(2));
        } else if (what.equals("remove") && words.size() == 2) {
            remove(words.get(1));
        } else {
            throw new ConfigException("'boda runtimes' is followed by list, add ID [SOURCE] or remove ID, not '"
                    + String.join(" ", words) + "'.");
        }
    }

    private interface Task {
        void run(Path scratch, SandboxChoice isolation) throws IOException, InterruptedException;
    }

    /// With the isolation that a server would have here.
    private void isolated(Task task) throws IOException, InterruptedException {
        var scratch = Files.createTempDirectory("boda-runtimes");
        try {
            long memory = Capacity.ofThisProcess()
                    .memoryOfEnvironments(config.limits().environments());
            int port = SandboxChoice.awsPort(config.port());
            try (var isolation = SandboxChoice.start(scratch, port, memory, config.isolation())) {
                task.run(scratch, isolation);
            }
        } finally {
            Trees.delete(scratch);
        }
    }

    private void list() throws IOException, InterruptedException {
        isolated((scratch, isolation) -> {
            var catalog = RuntimeParts.catalog(config, scratch.resolve("interpreters.json"));
            catalog.useRoots(isolation.hasRoots());
            catalog.start();
            for (var offer : catalog.offers()) {
                out.accept(catalog.added(offer.id()).map(RuntimeCommand::line).orElseGet(() -> line(offer)));
            }
            catalog.problems().forEach(problem -> out.accept("problem: " + problem));
            for (var root : roots.all().values()) {
                if (!Files.isDirectory(root.folder())) {
                    out.accept("problem: " + root.id() + " was added from " + root.source() + ", and " + root.folder()
                            + " is not there any more.");
                } else if (!isolation.hasRoots()) {
                    out.accept("problem: " + root.id() + " was added from " + root.source()
                            + ", which plain processes cannot use.");
                }
            }
        });
    }

    private static String line(RuntimeRoot root) {
        var image = root.digest().isEmpty()
                ? ""
                : " (sha256:" + root.digest().substring(0, SHORT_DIGEST) + "), in " + root.folder();
        return columns(root.id(), root.version(), "exact") + root.program() + " of " + root.source() + image;
    }

    private static String line(RuntimeOffer offer) {
        var nearest = offer.interpreter().isEmpty() ? "missing" : "nearest";
        var version = offer.interpreter().map(found -> found.version()).orElse("-");
        return columns(offer.id(), version, offer.exact() ? "exact" : nearest)
                + offer.interpreter()
                        .map(found -> found.path() + " of this machine" + (offer.exact() ? "" : "; its own: "))
                        .orElse("what brings it: ")
                + offer.remedy();
    }

    private static String columns(String id, String version, String how) {
        return String.format(Locale.ROOT, "%-12s %-12s %-8s ", id, version, how);
    }

    private void add(String id, String named) throws FailedException, IOException, InterruptedException {
        String source;
        try {
            var image = RootProbe.imageOf(id);
            var place = ImageSource.isPath(named)
                    ? Path.of(named).toAbsolutePath().normalize().toString()
                    : named;
            source = named.isEmpty() ? image : place;
        } catch (RuntimeUnavailableException unknown) {
            throw new FailedException(String.valueOf(unknown.getMessage()), unknown);
        }
        try (var store = AddedRuntimes.open(config)) {
            isolated((_, isolation) -> {
                if (!isolation.hasRoots()) {
                    throw new IOException("Functions run as plain processes here ("
                            + isolation.lacking().orElse("") + "), which have no root file system of their own:"
                            + " 'boda doctor' says what brings isolation");
                }
                add(id, source, store, new RootProbe(isolation.sandboxes()));
            });
        } catch (IOException refused) {
            throw new FailedException(id + " was not added from " + source + ": " + refused.getMessage(), refused);
        }
    }

    private void add(String id, String source, ImageStore store, RootProbe probe)
            throws IOException, InterruptedException {
        var digest = "";
        Path root;
        if (ImageSource.isRoot(source)) {
            root = Path.of(source).toRealPath();
        } else {
            err.accept("Bringing " + source);
            digest = store.bring(source, new Lines(err));
            root = ImageStore.root(folder, digest);
        }
        try {
            err.accept("Looking for the interpreter");
            var found = probe.find(id, root, digest.isEmpty() ? root.toString() : source, digest);
            roots.put(found);
            out.accept(line(found));
        } catch (RuntimeUnavailableException other) {
            throw new IOException(other.getMessage(), other);
        } finally {
            sweep(store);
        }
    }

    private void remove(String id) throws FailedException, IOException {
        try (var store = AddedRuntimes.open(config)) {
            if (!roots.remove(id)) {
                throw new FailedException(
                        "No root file system was added for '" + id + "'; 'boda runtimes list' names them.");
            }
            boolean gone = sweep(store);
            out.accept(id + " is removed" + (gone ? "." : "; its files go when the server starts next."));
        }
    }

    /// Removes the files of what is not in the list, unless a server runs, whose environments may use them still.
    private boolean sweep(ImageStore store) throws IOException {
        if (DataFolder.inUse(config.dataDirectory())) {
            return false;
        }
        AddedRuntimes.sweep(store, roots);
        return true;
    }

    /// A line for each step, and one a second while something comes.
    private static final class Lines implements ImageProgress {

        private static final double BYTES_PER_MEGABYTE = 1L << 20;
        private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

        private final Consumer<String> err;
        private long last = System.nanoTime();

        Lines(Consumer<String> err) {
            this.err = err;
        }

        @Override
        public void step(String sentence) {
            err.accept("  " + sentence);
        }

        @Override
        public void bytes(long done, long total) {
            if (System.nanoTime() - last >= EVERY_NANOS) {
                last = System.nanoTime();
                err.accept(String.format(
                        Locale.ROOT, "    %.1f of %.1f MB", done / BYTES_PER_MEGABYTE, total / BYTES_PER_MEGABYTE));
            }
        }
    }
}
