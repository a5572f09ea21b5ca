package dev.boda;

import dev.boda.image.ImageStore;
import dev.boda.runtime.RuntimeRoot;
import dev.boda.runtime.RuntimeRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The root file systems that were added for runtimes, in the data directory: the list of them and their files.
final class AddedRuntimes {

    private static final Logger LOG = LoggerFactory.getLogger(AddedRuntimes.class);

    private AddedRuntimes() {}

    /// The list.
    static RuntimeRoots of(Config config) {
        var folder = folder(config);
        return RuntimeRoots.in(folder, digest -> ImageStore.root(folder, digest));
    }

    static Path folder(Config config) {
        return config.dataDirectory().resolve("runtimes");
    }

    /// Opens the files to change them.
    static ImageStore open(Config config) throws IOException {
        return ImageStore.open(folder(config), System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
    }

    /// Removes the files of what is not in the list.
    static void sweep(ImageStore store, RuntimeRoots roots) throws IOException {
        store.keepOnly(roots.all().values().stream().map(RuntimeRoot::digest).collect(Collectors.toSet()));
    }

    /// Does so beside the start, for what was removed while an earlier server used it.
    static void startSweep(Config config) {
        if (!Files.isDirectory(folder(config))) {
            return;
        }
        Thread.ofPlatform().daemon().name("added-runtimes").start(() -> {
            try (var store = open(config)) {
                sweep(store, of(config));
            } catch (IOException | RuntimeException e) {
                // Somebody adds or removes something now, or the disk is full: the next start tries again.
                LOG.debug("What removed runtimes left stays", e);
            }
        });
    }
}
