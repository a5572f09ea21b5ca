package dev.boda.bench.subject;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// The functions that are called: most give back their event.
public final class Handlers {

    /// Of every language; of Node.js an ES module, as the console makes one.
    public static final String HANDLER = "index.handler";

    /// Of Node.js, a CommonJS module.
    public static final String COMMON_JS = "common.handler";

    /// Gives its event back after [#SLOW_NANOS]: of several calls at once each has an environment of its own.
    public static final String SLOW = "slow.handler";

    public static final long SLOW_NANOS = 1_000_000_000;

    /// Writes so many `bytes`, keeps its answer open for `openMillis`, and ends it: of Node.js by AWS's
    /// streamifyResponse; of Python, for which AWS has no such thing, by a runtime client of its own.
    public static final String STREAMING = "streaming.handler";

    /// Of Node.js: is busy until an event's `until` (milliseconds since 1970), and at once ready with any other.
    public static final String HOLDING = "holding.handler";

    /// Ends its environment: each call starts one.
    public static final String ENDING = "ending.handler";

    private static final Map<String, String> SOURCES = Map.of(
            "index.mjs", "export const handler = async (event) => event;\n",
            "common.js", "exports.handler = async (event) => event;\n",
            "index.py", "def handler(event, context):\n    return event\n",
            "slow.mjs",
                    "export const handler = (event) => new Promise((done) => setTimeout(() => done(event), 1000));\n",
            "slow.py", "import time\ndef handler(event, context):\n    time.sleep(1)\n    return event\n",
            "streaming.mjs", resource("streaming.mjs"),
            "streaming.py", resource("streaming.py"),
            "holding.mjs", resource("holding.mjs"),
            "ending.mjs", "export const handler = async () => process.exit(0);\n",
            "ending.py", "import os\ndef handler(event, context):\n    os._exit(0)\n");

    private Handlers() {}

    private static String resource(String name) {
        try (var source = Handlers.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(source, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes all of them into a folder.
    static void write(Path folder) throws IOException {
        for (var source : SOURCES.entrySet()) {
            Files.writeString(folder.resolve(source.getKey()), source.getValue());
        }
    }

    /// All of them in a zip.
    static byte[] zip() throws IOException {
        return zip(SOURCES);
    }

    /// A handler alone in a zip, of Node.js: packages with other texts are others.
    static byte[] zip(String text) throws IOException {
        return zip(Map.of("index.mjs", "// " + text + "\n" + SOURCES.get("index.mjs")));
    }

    private static byte[] zip(Map<String, String> sources) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var source : sources.entrySet()) {
                zip.putNextEntry(new ZipEntry(source.getKey()));
                zip.write(source.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
