package dev.boda.bench.subject;

import dev.boda.bench.bare.BareLoop;
import dev.boda.runtime.Runtime;
import java.io.IOException;
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

    /// Starts it with `runtimes` runtimes of each language and handler.
    ///
    /// @param folder for the handlers
    public static BareServer start(Languages languages, List<String> handlers, int runtimes, Path folder)
            throws IOException {
        Files.createDirectories(folder);
        Handlers.write(folder);
        var arguments = new ArrayList<>(List.of(Integer.toString(runtimes), folder.toString()));
        for (var runtime : languages.all()) {
            for (var handler : handlers) {
                var client = Languages.client(runtime).toString();
                arguments.add(name(runtime, handler));
                arguments.add(handler);
                arguments.add(client);
                arguments.add(String.join(" ", runtime.command()).replace("/var/runtime", client));
            }
        }
        return new BareServer(ServerProcess.start(JavaProcess.builder(BareLoop.class, arguments), "ready at "));
    }

    /// What a request's path names to reach that function.
    public static String name(Runtime runtime, String handler) {
        return runtime.language() + "-" + handler;
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
