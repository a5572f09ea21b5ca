package dev.boda;

import dev.boda.Config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `boda debug FUNCTION`: has the server of the data directory let debuggers into a function, and says how to attach
/// one.
/// Debugging is on while this runs: it ends with the connection to the server, whatever ends that.
final class DebugCommand {

    static final String USAGE =
            "Lets a debugger into a function (Python, Node.js, Java) until Ctrl-C. Its invocations have no"
                    + " limit of time meanwhile, and run one at a time.";

    private static final String MISSING = "DebuggerMissing";
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;

    private final Config config;
    private final Consumer<String> out;

    /// @param out takes what the person is told, a line each
    DebugCommand(Config config, Consumer<String> out) {
        this.config = config;
        this.out = out;
    }

    /// What is asked for.
    ///
    /// @param port  of this machine; 0 for a free one, absent for the one that debuggers of the language expect
    /// @param waits whether Init goes on only when a debugger says so
    record Request(String function, OptionalInt port, boolean waits) {

        static Request of(String function, String port, boolean waits) {
            try {
                var number = port.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port));
                return new Request(function, number, waits);
            } catch (NumberFormatException e) {
                throw new ConfigException("The port is a number up to 65535, not '" + port + "'.");
            }
        }
    }

    /// It could not be done; the message says why.
    static final class FailedException extends Exception {
        FailedException(String message) {
            super(message);
        }

        FailedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// Returns, why, when the server ends it.
    String run(Request request) throws FailedException, IOException, InterruptedException {
        var access = DebugAccess.find(config.dataDirectory())
                .orElseThrow(() -> new FailedException("No server runs with the data directory "
                        + config.dataDirectory() + ": 'boda start' starts one; --data-dir names another."));
        try (var client = HttpClient.newHttpClient()) {
            var answer = ask(client, access, request);
            if (answer.statusCode() != OK && refusal(answer).equals(MISSING)) {
                bringDebugger();
                answer = ask(client, access, request);
            }
            if (answer.statusCode() != OK) {
                throw refused(answer);
            }
            return follow(answer);
        } catch (ConnectException e) {
            throw new FailedException("The server at " + access.url() + " does not answer.", e);
        }
    }

    private HttpResponse<Stream<String>> ask(HttpClient client, DebugAccess access, Request request)
            throws IOException, InterruptedException {
        var asked = JsonMapper.shared().createObjectNode();
        asked.put("function", request.function).put("account", config.account()).put("region", config.region());
        asked.put("wait", request.waits);
        request.port.ifPresent(port -> asked.put("port", port));
        return client.send(
                HttpRequest.newBuilder(URI.create(access.url() + "/_boda/debug"))
                        .header("Authorization", "Bearer " + access.key())
                        .POST(HttpRequest.BodyPublishers.ofString(asked.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
    }

    private JsonNode lastAnswer = JsonMapper.shared().createObjectNode();

    private String refusal(HttpResponse<Stream<String>> answer) {
        try (var lines = answer.body()) {
            lastAnswer = JsonMapper.shared().readTree(String.join("\n", lines.toList()));
            return lastAnswer.path("code").asString("");
        }
    }

    private FailedException refused(HttpResponse<Stream<String>> answer) {
        var fallback = answer.statusCode() == FORBIDDEN ? "The server refuses." : "The server answered oddly.";
        return new FailedException(lastAnswer.path("message").asString(fallback));
    }

    /// As the launcher brings SDKs.
    private void bringDebugger() throws FailedException, IOException, InterruptedException {
        var home = config.home();
        var bringing = new ProcessBuilder(
                        "python3",
                        home.resolve("tools/sdks.py").toString(),
                        home.resolve("runtimes/debuggers").toString(),
                        RuntimeParts.sdks(config).toString(),
                        "--debugger")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        if (bringing.start().waitFor() != 0) {
            throw new FailedException(
                    "debugpy could not be brought. Python functions can be debugged that package it, or"
                            + " have it in a layer.");
        }
    }

    private String follow(HttpResponse<Stream<String>> answer) {
        try (var lines = answer.body()) {
            return lines.map(line -> JsonMapper.shared().readTree(line))
                    .peek(this::tell)
                    .filter(told -> told.has("ended"))
                    .map(told -> told.path("ended").asString())
                    .reduce("The server has ended", (_, why) -> why);
        } catch (UncheckedIOException gone) {
            return "The server has ended";
        }
    }

    private void tell(JsonNode told) {
        if (told.has("port")) {
            DebugAdvice.of(told).forEach(out);
        } else if (told.has("news")) {
            out.accept(told.path("news").asString());
        }
    }
}
