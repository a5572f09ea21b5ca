package dev.boda.aws;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Answers `/_boda/health` and `/_localstack/health`, by which tools of that ecosystem wait for a server.
///
/// Always 200 while the server answers, also when its `status` is `degraded`: warm invocations go on when nothing can
/// be written, and whoever restarts a server that does not answer 200 would end them.
public final class Health implements HttpHandler {

    private static final int OK = 200;
    private static final int NOT_ALLOWED = 405;

    private final List<String> services;
    private final String version;
    private final Isolation isolation;
    private final Supplier<List<String>> problems;

    /// What holds of functions.
    ///
    /// @param kind          of sandbox that they run in
    /// @param awsNamesExist whether they can learn the addresses of AWS's own APIs
    public record Isolation(String kind, boolean awsNamesExist) {}

    /// @param services `lambda`, `logs`
    /// @param version  Boda's own
    /// @param isolation what holds of functions
    /// @param problems says what is wrong now, a sentence each
    public Health(List<String> services, String version, Isolation isolation, Supplier<List<String>> problems) {
        this.services = List.copyOf(services);
        this.version = version;
        this.isolation = isolation;
        this.problems = problems;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
            exchange.respond(NOT_ALLOWED, HttpHeaders.of("Allow", "GET, HEAD"), new byte[0]);
            return;
        }
        var wrong = problems.get();
        var body = new ByteArrayOutputStream();
        try (var json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), body)) {
            json.writeStartObject().writeName("services").writeStartObject();
            services.forEach(service -> json.writeStringProperty(service, "available"));
            json.writeEndObject();
            json.writeStringProperty("status", wrong.isEmpty() ? "ok" : "degraded");
            json.writeName("problems").writeStartArray();
            wrong.forEach(json::writeString);
            json.writeEndArray();
            json.writeStringProperty("isolation", isolation.kind);
            json.writeBooleanProperty("awsNamesExist", isolation.awsNamesExist);
            json.writeStringProperty("edition", "community");
            json.writeStringProperty("version", version);
            json.writeEndObject();
        }
        exchange.respond(OK, HttpHeaders.of("Content-Type", "application/json"), body.toByteArray());
    }
}
