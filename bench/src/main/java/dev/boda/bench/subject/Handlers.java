package dev.boda.bench.subject;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// The functions that are called: each gives back its event.
public final class Handlers {

    /// Of every language; of Node.js an ES module, as the console makes one.
    public static final String HANDLER = "index.handler";

    /// Of Node.js, a CommonJS module.
    public static final String COMMON_JS = "common.handler";

    private static final Map<String, String> SOURCES = Map.of(
            "index.mjs", "export const handler = async (event) => event;\n",
            "common.js", "exports.handler = async (event) => event;\n",
            "index.py", "def handler(event, context):\n    return event\n");

    private Handlers() {}

    /// Writes all of them into a folder.
    static void write(Path folder) throws IOException {
        for (var source : SOURCES.entrySet()) {
            Files.writeString(folder.resolve(source.getKey()), source.getValue());
        }
    }

    /// All of them in a zip.
    static byte[] zip() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var source : SOURCES.entrySet()) {
                zip.putNextEntry(new ZipEntry(source.getKey()));
                zip.write(source.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
