package dev.boda.bench.subject;

import dev.boda.bench.bare.BareLoop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The bare loop in a process of its own, in a JVM of the same options as the packaged server's.
public final class BareServer implements AutoCloseable {

    private final ServerProcess process;

    private BareServer(ServerProcess process) {
        this.process = process;
    }

    /// Starts it with `runtimes` runtimes of each language.
    ///
    /// @param folder for the handlers
    public static BareServer start(Languages languages, int runtimes, Path folder) throws IOException {
        Files.createDirectories(folder);
        Handlers.write(folder);
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BareLoop.class.getName()));
        command.addAll(List.of(Integer.toString(runtimes), folder.toString()));
        for (var runtime : languages.all()) {
            var client = Languages.client(runtime).toString();
            command.add(runtime.language());
            command.add(client);
            command.add(String.join(" ", runtime.command()).replace("/var/runtime", client));
        }
        return new BareServer(ServerProcess.start(new ProcessBuilder(command), "ready at "));
    }

    /// The launcher starts the benchmark with the server's options.
    private static List<String> options() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-D") && !option.startsWith("-XX:AOT"))
                .toList();
    }

    public String url() {
        return process.url();
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
    }
}
