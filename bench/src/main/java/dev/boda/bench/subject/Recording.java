package dev.boda.bench.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// A flight recording of another JVM, with a sample of each thread's stack every 10 ms of its processor time (JEP 509).
public final class Recording implements AutoCloseable {

    private static final String SETTINGS = """
            <?xml version="1.0" encoding="UTF-8"?>
            <configuration version="2.0">
              <event name="jdk.CPUTimeSample">
                <setting name="enabled">true</setting>
                <setting name="throttle">10ms</setting>
              </event>
            </configuration>
            """;

    private static final String SAMPLE = "jdk.CPUTimeSample";

    private final long pid;
    private final Path folder;

    private Recording(long pid, Path folder) {
        this.pid = pid;
        this.folder = folder;
    }

    /// Begins to record.
    public static Recording start(long pid) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("boda-bench-recording");
        var settings = Files.writeString(folder.resolve("settings.jfc"), SETTINGS);
        var recording = new Recording(pid, folder);
        recording.jcmd("JFR.start", "name=bench", "settings=" + settings);
        return recording;
    }

    /// Ends it, and gives the samples that have a stack.
    public List<RecordedEvent> stop() throws IOException, InterruptedException {
        var file = folder.resolve("bench.jfr");
        jcmd("JFR.stop", "name=bench", "filename=" + file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(SAMPLE) && event.getStackTrace() != null)
                .toList();
    }

    private void jcmd(String... command) throws IOException, InterruptedException {
        var all = new java.util.ArrayList<String>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        all.add(Long.toString(pid));
        all.addAll(List.of(command));
        var process = new ProcessBuilder(all).redirectErrorStream(true).start();
        var said = process.inputReader().readAllAsString();
        if (process.waitFor() != 0) {
            throw new IOException("The server cannot be recorded: " + said);
        }
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
