package dev.boda.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// The packaged server, started by its launcher.
final class BodaProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("ready at (http://\\S+)");

    private final Process process;
    private final URI endpoint;

    private BodaProcess(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    static BodaProcess start(Path data) throws IOException {
        var launcher =
                Path.of(System.getProperty("boda.home", "..")).resolve("boda").toAbsolutePath();
        var builder = new ProcessBuilder(launcher.toString(), "start", "--port", "0", "--data-dir", data.toString())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("BODA_") || name.startsWith("AWS_"));
        var process = builder.start();
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var said = new StringBuilder();
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            said.append(line).append('\n');
            var ready = READY.matcher(line);
            if (ready.find()) {
                Thread.ofPlatform().daemon().start(() -> lines.lines().forEach(_ -> {}));
                return new BodaProcess(process, URI.create(ready.group(1)));
            }
        }
        throw new IOException("The server did not start:\n" + said);
    }

    URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
