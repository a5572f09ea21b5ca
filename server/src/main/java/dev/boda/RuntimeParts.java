package dev.boda;

import dev.boda.runtime.InterpreterScan;
import dev.boda.runtime.PinnedSdks;
import dev.boda.runtime.RuntimeCatalog;
import java.nio.file.Path;

/// What functions run on, as the settings have it.
final class RuntimeParts {

    private RuntimeParts() {}

    /// The interpreters of this machine; `doctor` asks for them without a server.
    static RuntimeCatalog catalog(Config config, Path cache) {
        return new RuntimeCatalog(
                new InterpreterScan(
                        config.interpreters(),
                        config.home().resolve("runtimes"),
                        cache,
                        System.getenv(),
                        Path.of(System.getProperty("user.home"))),
                new PinnedSdks(config.home().resolve("runtimes/sdks"), sdks(config)),
                config.exactRuntimes(),
                AddedRuntimes.of(config));
    }

    /// Where the launcher brings SDKs to.
    static Path sdks(Config config) {
        var folder = System.getProperty("boda.sdks");
        return folder == null ? config.home().resolve("server/target/boda/sdks") : Path.of(folder);
    }
}
