package dev.boda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Where `boda debug` finds the server of a data directory, and the key by which it may debug: a file for its owner's
/// eyes only, which is there while the server is. So nobody debugs who could not read what functions are made of.
///
/// @param url of the server
/// @param key which is another one with every start
record DebugAccess(Path file, String url, String key) implements AutoCloseable {

    private static final String FILE = "debug-access";
    private static final int BYTES = 32;

    /// Grants it, for as long as this is not closed.
    static DebugAccess grant(Path dataDirectory, String url, RandomGenerator random) throws IOException {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        var access =
                new DebugAccess(dataDirectory.resolve(FILE), url, HexFormat.of().formatHex(bytes));
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.deleteIfExists(access.file);
        try (var channel = Files.newByteChannel(
                access.file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner)) {
            channel.write(StandardCharsets.UTF_8.encode(url + "\n" + access.key + "\n"));
        }
        return access;
    }

    /// That of the server that runs, if one does.
    static Optional<DebugAccess> find(Path dataDirectory) throws IOException {
        var file = dataDirectory.resolve(FILE);
        try {
            var lines = List.of(Files.readString(file).split("\n", -1));
            return lines.size() < 2 || !DataFolder.inUse(dataDirectory)
                    ? Optional.empty()
                    : Optional.of(new DebugAccess(file, lines.get(0), lines.get(1)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
