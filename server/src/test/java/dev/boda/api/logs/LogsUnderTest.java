package dev.boda.api.logs;

import dev.boda.aws.AccessGate;
import dev.boda.aws.FrontDoor;
import dev.boda.http.HttpLimits;
import dev.boda.http.HttpServer;
import dev.boda.store.LogBatch;
import dev.boda.store.LogStreamName;
import dev.boda.telemetry.LogLimits;
import dev.boda.telemetry.LogStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// CloudWatch Logs behind the front door and a real listener, over a store in a temporary folder.
final class LogsUnderTest implements AutoCloseable {

    static final String ACCOUNT = "111111111111";
    static final String REGION = "us-east-1";

    AccessGate access = _ -> Optional.empty();

    private final LogStore logs;
    private final HttpServer server;
    private final HttpServer.Listener listener;
    private final HttpClient client = HttpClient.newHttpClient();

    LogsUnderTest(Path folder) throws IOException {
        logs = LogStore.open(folder, LogLimits.DEFAULT, InstantSource.system());
        var settings = new FrontDoor.Settings(
                ACCOUNT,
                REGION,
                _ -> Optional.empty(),
                false,
                asked -> access.refused(asked),
                UUID::randomUUID,
                InstantSource.system());
        var door = FrontDoor.open(settings, List.of(LogsApi.of(logs, InstantSource.system())), Map.of());
        server = HttpServer.start(HttpLimits.STANDARD, 1);
        listener = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), door);
    }

    /// Answered with this status and body.
    record Answer(int status, JsonNode body) {

        /// `InvalidParameterException: The specified nextToken is invalid.`
        String error() {
            return body.path("__type").asString() + ": " + body.path("message").asString();
        }
    }

    void append(String group, String stream, long millis, String message) {
        var batch = new LogBatch(new LogStreamName(ACCOUNT, REGION, group, stream));
        batch.add(millis, millis + 5, message.getBytes(StandardCharsets.UTF_8));
        logs.put(List.of(batch));
    }

    /// Calls an operation as the account of the logs.
    Answer call(String operation, Map<String, ?> input) throws Exception {
        return call(ACCOUNT, REGION, operation, input);
    }

    Answer call(String account, String region, String operation, Map<String, ?> input) throws Exception {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + listener.address().getPort() + "/"))
                .header("X-Amz-Target", "Logs_20140328." + operation)
                .header("Content-Type", "application/x-amz-json-1.1")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=" + account + "/20261121/" + region
                                + "/logs/aws4_request, SignedHeaders=host, Signature=abc")
                .POST(BodyPublishers.ofByteArray(new JsonMapper().writeValueAsBytes(input)))
                .build();
        var response = client.send(request, BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), new JsonMapper().readTree(response.body()));
    }

    @Override
    public void close() {
        client.close();
        listener.close();
        server.close();
        logs.close();
    }
}
