package dev.boda.bench.bare;

import dev.boda.http.HttpLimits;
import dev.boda.http.HttpServer;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Serves invocations at a free port until its standard input ends: `/2015-03-31/functions/NAME/invocations` goes to
/// one of the runtimes that were started under that name.
public final class BareLoop {

    private final HttpServer http;
    private final List<Process> processes = new ArrayList<>();

    private BareLoop(HttpServer http) {
        this.http = http;
    }

    /// Arguments: how many runtimes of each name, the folder with the handlers, then for each name the name, the
    /// handler, the runtime client's folder and the command that starts it, parted by spaces.
    public static void main(String[] arguments) throws IOException {
        int runtimes = Integer.parseInt(arguments[0]);
        var handlers = Path.of(arguments[1]);
        var pools = new HashMap<String, BarePool>();
        var loop = new BareLoop(HttpServer.start(HttpLimits.STANDARD));
        try {
            for (int at = 2; at + 3 < arguments.length; at += 4) {
                var pool = pools.computeIfAbsent(arguments[at], _ -> new BarePool());
                for (int i = 0; i < runtimes; i++) {
                    loop.start(
                            pool,
                            arguments[at + 1],
                            Path.of(arguments[at + 2]),
                            List.of(arguments[at + 3].split(" ", -1)),
                            handlers);
                }
            }
            var front = loop.http.listen(loopback(), new BareFront(Map.copyOf(pools)));
            System.out.println("ready at http://127.0.0.1:" + front.address().getPort());
            while (System.in.read() >= 0) {
                // Until whoever started this is gone.
            }
        } finally {
            loop.processes.forEach(Process::destroyForcibly);
            // Nobody waits for the runtimes' requests.
            java.lang.Runtime.getRuntime().halt(0);
        }
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(Inet4Address.ofLiteral("127.0.0.1"), 0);
    }

    /// One runtime with a Runtime API of its own, as an execution environment has it.
    private void start(BarePool pool, String handler, Path client, List<String> command, Path handlers)
            throws IOException {
        var api = http.listen(loopback(), new BareRuntimeApi(pool));
        var builder = new ProcessBuilder(command);
        var environment = builder.environment();
        environment.keySet().removeIf(name -> !name.equals("PATH"));
        environment.put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + api.address().getPort());
        environment.put("LAMBDA_TASK_ROOT", handlers.toString());
        environment.put("_HANDLER", handler);
        environment.put("PYTHONPATH", client.toString());
        environment.put("LANG", "en_US.UTF-8");
        environment.put("AWS_LAMBDA_FUNCTION_NAME", "bare");
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769");
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "bare");
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "bare");
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        processes.add(builder.start());
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
