package dev.boda.runtime;

import dev.boda.store.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads which SDKs are pinned, and where they are. Their folders are called as `tools/sdks.py` calls them: by what
/// the pins say, so that a folder never changes and other pins are another folder.
public final class PinnedSdks {

    /// The same as in `tools/sdks.py`.
    private static final String LAYOUT = "1";

    /// The oldest Python that it is for, as the file of its pins is called.
    private static final String DEBUGGER = "python3.8";

    private static final int DIGEST_CHARACTERS = 16;
    private static final Pattern PYTHON = Pattern.compile("(python3\\.\\d{1,2})\\.txt");
    private static final Pattern NODE = Pattern.compile("nodejs\\d{1,2}");
    private static final Pattern BOTO3 = Pattern.compile("(?m)^boto3==(\\S+)");
    private static final Pattern CLIENT = Pattern.compile("\"@aws-sdk/client-lambda\": \"([^\"]+)\"");

    private final Path pins;
    private final Path folders;

    /// @param pins    `runtimes/sdks`
    /// @param folders where SDKs are brought to; need not exist
    public PinnedSdks(Path pins, Path folders) {
        this.pins = pins;
        this.folders = folders;
    }

    /// All that are pinned, by name; none where there are no pins.
    List<PinnedSdk> read() {
        if (!Files.isDirectory(pins)) {
            return List.of();
        }
        var found = new ArrayList<PinnedSdk>();
        try (var files = Files.newDirectoryStream(pins)) {
            for (var file : files) {
                var name = file.getFileName().toString();
                var python = PYTHON.matcher(name);
                if (python.matches()) {
                    found.add(sdk(python.group(1), file, "boto3 ", BOTO3));
                } else if (NODE.matcher(name).matches()) {
                    found.add(sdk(name, file.resolve("package-lock.json"), "@aws-sdk/* ", CLIENT));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The pins of the SDKs cannot be read", e);
        }
        found.sort(Comparator.comparing(PinnedSdk::id, Interpreter::compareVersions));
        return List.copyOf(found);
    }

    /// Where the packages of Python's debugger are, once they have been brought; empty where none is pinned.
    Optional<Path> debugger() {
        var file = pins.resolveSibling("debuggers").resolve(DEBUGGER + ".txt");
        try {
            return Files.exists(file)
                    ? Optional.of(folder(DEBUGGER, Files.readAllBytes(file))
                            .resolve("lib")
                            .resolve(DEBUGGER)
                            .resolve("site-packages"))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("The pins of the debuggers cannot be read", e);
        }
    }

    private Path folder(String id, byte[] pinned) {
        return folders.resolve(id + "-" + LAYOUT + "-" + Digest.of(pinned).hex().substring(0, DIGEST_CHARACTERS));
    }

    private PinnedSdk sdk(String id, Path file, String name, Pattern version) throws IOException {
        var content = Files.readAllBytes(file);
        var pinned = version.matcher(new String(content, StandardCharsets.UTF_8));
        if (!pinned.find()) {
            throw new IOException(file + " pins no " + name.strip());
        }
        return new PinnedSdk(id, name + pinned.group(1), folder(id, content));
    }
}
