package dev.boda.bench;

import dev.boda.bench.load.Client;
import dev.boda.bench.load.Request;
import dev.boda.bench.load.Signer;
import dev.boda.bench.load.Target;
import dev.boda.bench.subject.BodaServer;
import dev.boda.bench.subject.Languages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// What the figures depend on: the machine, the versions, and what the server does beside answering. Signatures and
/// logs are not believed but tried.
final class InForce {

    private static final int FORBIDDEN = 403;

    private final Bench bench;

    InForce(Bench bench) {
        this.bench = bench;
    }

    /// By name, for table and JSON. To be asked after the rounds: it looks for the log of what they called.
    Map<String, String> settings() throws IOException {
        var settings = new LinkedHashMap<String, String>();
        settings.put("machine", machine());
        settings.put(
                "kernel",
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
        settings.put("JDK", java.lang.Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
        settings.put("server", version() + ", the packaged one, as ./boda start starts it");
        settings.put(
                "runtimes",
                bench.languages().all().stream()
                        .map(runtime -> runtime.id() + " on " + runtime.exactVersion() + " ("
                                + Languages.interpreter(runtime) + ")")
                        .collect(Collectors.joining(", ")));
        settings.put("signatures", signatures());
        settings.put("logs", logs());
        bench.boda().lines().stream()
                .skip(1)
                .filter(line -> !line.startsWith("  try"))
                .map(String::strip)
                .forEach(line -> put(settings, line));
        return settings;
    }

    /// A start line: its first word and the rest; a line that goes on with the one before begins with a dash.
    private static void put(Map<String, String> settings, String line) {
        if (line.startsWith("-")) {
            settings.merge("isolation", line.substring(1).strip(), (before, more) -> before + " " + more);
            return;
        }
        var parts = line.split("\\s+", 2);
        settings.merge(parts[0], parts.length > 1 ? parts[1] : "", (before, more) -> before + "; " + more);
    }

    private static String machine() throws IOException {
        var model = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
        var kilobytes = Files.readAllLines(Path.of("/proc/meminfo")).getFirst().replaceAll("\\D", "");
        return String.format(
                Locale.ROOT,
                "%d cores, shared by server, functions and load generator; %s; %d MB",
                java.lang.Runtime.getRuntime().availableProcessors(),
                model,
                Long.parseLong(kilobytes) / 1_024);
    }

    private String version() throws IOException {
        try (var client = new Client(Target.of(bench.boda().url()), BodaServer.signer("lambda"))) {
            var health = client.ask(new Request("GET", "/_boda/health", List.of(), new byte[0]));
            return "Boda "
                    + JsonMapper.shared()
                            .readTree(health.text())
                            .path("version")
                            .asString("?");
        }
    }

    private String signatures() throws IOException {
        var wrong = new Signer("test", "not the secret", "us-east-1", "lambda");
        try (var client = new Client(Target.of(bench.boda().url()), wrong)) {
            var reply = client.ask(new Request("GET", "/2015-03-31/functions/", List.of(), new byte[0]));
            return reply.status() == FORBIDDEN
                    ? "every request to Boda is signed, and the server verifies: it refused one with a wrong secret"
                    : "NOT VERIFIED: a request with a wrong secret was answered " + reply.status();
        }
    }

    private String logs() throws IOException {
        var runtime = bench.languages().all().getFirst();
        var group = "/aws/lambda/" + bench.function(runtime, Suites.WHOLE_PROCESSOR);
        try (var client = new Client(Target.of(bench.boda().url()), BodaServer.signer("logs"))) {
            var asked = "{\"logGroupName\":\"" + group + "\",\"filterPattern\":\"REPORT\",\"limit\":1}";
            var reply = client.ask(new Request(
                    "POST",
                    "/",
                    List.of(
                            new Request.Header("content-type", "application/x-amz-json-1.1"),
                            new Request.Header("x-amz-target", "Logs_20140328.FilterLogEvents")),
                    asked.getBytes(StandardCharsets.UTF_8)));
            return reply.text().contains("REPORT RequestId")
                    ? "on: START, END and REPORT of the calls are in " + group
                    : "NOT FOUND in " + group + ": " + reply.status() + " " + reply.text();
        }
    }
}
