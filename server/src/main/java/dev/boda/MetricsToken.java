package dev.boda;

import dev.boda.store.StoreCannotOpenException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Who may read `/metrics` where credentials are required: whoever can read this file, as Prometheus can by its
/// `credentials_file`. Made at the first start, kept from then on, and for its owner's eyes only.
final class MetricsToken {

    private static final String FILE = "metrics-token";
    private static final int BYTES = 32;

    private MetricsToken() {}

    static Path file(Path dataDirectory) {
        return dataDirectory.resolve(FILE);
    }

    /// The token; absent where nobody needs one.
    static Optional<String> of(Config config, RandomGenerator random) {
        if (!config.guard().requireCredentials()) {
            return Optional.empty();
        }
        var file = file(config.dataDirectory());
        try {
            var kept = read(file);
            return Optional.of(kept.isEmpty() ? make(file, random) : kept);
        } catch (IOException e) {
            throw new StoreCannotOpenException(
                    "The token for /metrics, " + file + ", cannot be read or made (" + e
                            + "). Remove it, and check that" + " the data directory can be written.",
                    e);
        }
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (NoSuchFileException _) {
            return "";
        }
    }

    private static String make(Path file, RandomGenerator random) throws IOException {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        var token = HexFormat.of().formatHex(bytes);
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.deleteIfExists(file);
        try (var channel =
                Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner)) {
            channel.write(StandardCharsets.US_ASCII.encode(token + "\n"));
        }
        return token;
    }
}
