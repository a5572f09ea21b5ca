package dev.boda.bench.subject;

import dev.boda.bench.load.Signer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The packaged server, started as its users start it: `./boda start`, with what it does by default.
public final class BodaServer implements AutoCloseable {

    /// The key that everybody has.
    private static final String KEY = "test";

    private static final String REGION = "us-east-1";
    private static final String LAST_START_LINE = "  try ";

    private final ServerProcess process;

    private BodaServer(ServerProcess process) {
        this.process = process;
    }

    /// Starts it at a free port.
    ///
    /// @param home the folder Boda was built in
    /// @param data where it keeps everything
    /// @param more options
    public static BodaServer start(Path home, Path data, String... more) throws IOException {
        return start(home, data, Optional.empty(), more);
    }

    /// The same, with flushes of its databases that take longer: 2 ms each.
    ///
    /// @param agent the jar of [SlowFlushes]
    public static BodaServer startWithSlowFlushes(Path home, Path data, Path agent) throws IOException {
        return start(home, data, Optional.of("-javaagent:" + agent + "=" + SlowFlushes.MILLIS));
    }

    private static BodaServer start(Path home, Path data, Optional<String> javaOption, String... more)
            throws IOException {
        var command = new ArrayList<>(
                List.of(home.resolve("boda").toString(), "start", "--port", "0", "--data-dir", data.toString()));
        command.addAll(List.of(more));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("BODA_") && !name.equals("BODA_JAVA_OPTIONS"));
        javaOption.ifPresent(option -> builder.environment().merge("BODA_JAVA_OPTIONS", option, (a, b) -> a + " " + b));
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        return new BodaServer(ServerProcess.start(builder, LAST_START_LINE));
    }

    public String url() {
        return process.url();
    }

    public long pid() {
        return process.pid();
    }

    /// What it said of itself when it started.
    public List<String> lines() {
        return process.lines();
    }

    /// For requests to one of its services: `lambda`, `logs`.
    public static Signer signer(String service) {
        return new Signer(KEY, KEY, REGION, service);
    }

    @Override
    public void close() {
        process.close();
    }
}
