package dev.boda.aws;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Answers `/_boda/health` and `/_localstack/health`, by which tools of that ecosystem wait for a server.
public final class Health implements HttpHandler {

    private static final int OK = 200;

    private final List<String> services;
    private final String version;

    /// @param services `lambda`, `logs`
    /// @param version  Boda's own
    public Health(List<String> services, String version) {
        this.services = List.copyOf(services);
        this.version = version;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        var body = new ByteArrayOutputStream();
        try (var json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), body)) {
            json.writeStartObject().writeName("services").writeStartObject();
            services.forEach(service -> json.writeStringProperty(service, "available"));
            json.writeEndObject();
            json.writeStringProperty("edition", "community");
            json.writeStringProperty("version", version);
            json.writeEndObject();
        }
        exchange.respond(OK, HttpHeaders.of("Content-Type", "application/json"), body.toByteArray());
    }
}
