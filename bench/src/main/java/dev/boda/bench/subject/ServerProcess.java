package dev.boda.bench.subject;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A server in a process of its own that says `ready at URL` when it serves.
public final class ServerProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("ready at (http://\\S+)");
    private static final long SECONDS_TO_END = 15;

    private final Process process;
    private final Thread endsWithUs;
    private final String url;
    private final List<String> lines;

    private ServerProcess(Process process, Thread endsWithUs, String url, List<String> lines) {
        this.process = process;
        this.endsWithUs = endsWithUs;
        this.url = url;
        this.lines = lines;
    }

    /// Starts it and waits until it has said everything up to a line that begins with `lastLine`.
    static ServerProcess start(ProcessBuilder builder, String lastLine) throws IOException {
        var process = builder.redirectErrorStream(true).start();
        var endsWithUs = new Thread(process::destroy);
        java.lang.Runtime.getRuntime().addShutdownHook(endsWithUs);
        var lines = new ArrayList<String>();
        var reader = process.inputReader();
        var url = "";
        for (var line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
            var found = READY.matcher(line);
            if (found.find()) {
                url = found.group(1);
            }
            if (!url.isEmpty() && line.startsWith(lastLine)) {
                Thread.ofPlatform().daemon().name("server-output").start(() -> drop(reader));
                return new ServerProcess(process, endsWithUs, url, List.copyOf(lines));
            }
        }
        throw new IOException("The server did not start:\n" + String.join("\n", lines));
    }

    private static void drop(BufferedReader reader) {
        try {
            reader.transferTo(java.io.Writer.nullWriter());
        } catch (IOException _) {
            // It has ended.
        }
    }

    public String url() {
        return url;
    }

    public long pid() {
        return process.pid();
    }

    /// What it said of itself when it started.
    public List<String> lines() {
        return lines;
    }

    /// Ends it, and waits for its end.
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException _) {
            // It has ended already.
        }
        process.destroy();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            var _ = java.lang.Runtime.getRuntime().removeShutdownHook(endsWithUs);
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IllegalStateException _) {
            // The hook runs.
        }
    }
}
