package dev.boda.code;

import dev.boda.store.BlobStore;
import dev.boda.store.DataDirectory;
import dev.boda.store.Database;
import dev.boda.store.RecordKey;
import dev.boda.store.RecordTable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/// A process of its own, to be killed: it keeps code and records that name it, and prints what it may acknowledge.
final class KilledServer {

    static final int WRITERS = 4;

    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private final CodeStore code;
    private final RecordTable records;

    private KilledServer(DataDirectory directory) {
        code = CodeStore.open(
                BlobStore.open(directory.code()), directory.cache().resolve("code"));
        records = new RecordTable(Database.open(directory.database("function"), RecordTable.SCHEMA));
    }

    static RecordKey key(String name) {
        return RecordKey.of("function", "000000000000", "us-east-1", name);
    }

    /// @param arguments the data directory, and a word that makes this run's names its own
    public static void main(String[] arguments) {
        var directory = DataDirectory.open(Path.of(arguments[0]));
        var server = new KilledServer(directory);
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < WRITERS; writer++) {
                String prefix = arguments[1] + "-" + writer + "-";
                writers.execute(() -> server.write(prefix));
            }
        }
    }

    private void write(String prefix) {
        for (int i = 0; ; i++) {
            String name = prefix + i;
            byte[] zip = new TestZip().plain("app.py", name).bytes();
            try (var held = code.put(zip)) {
                records.create(key(name), held.codePackage().digest());
            }
            acknowledge(name);
        }
    }

    /// Prints a line in one piece, whenever the kill comes.
    private void acknowledge(String name) {
        try {
            out.write((name + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts it.
    static Process start(Path directory, String word) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        KilledServer.class.getName(),
                        directory.toString(),
                        word)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
