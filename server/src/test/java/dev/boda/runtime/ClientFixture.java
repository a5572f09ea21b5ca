package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A function's folder for tests of a runtime client, and what every client must do.
abstract class ClientFixture {

    static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    Path folder;

    Path task() {
        return folder.resolve("task");
    }

    /// Writes a file of the function.
    void file(String name, String source) throws IOException {
        var file = task().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
    }

    static String invoke(ClientProcess client, String event) throws IOException {
        return client.api().invoke("r1", event, Map.of()).text();
    }

    static JsonNode json(RuntimeApiStub.Request request) {
        return JSON.readTree(request.text());
    }

    /// @param client of a function that answers how long a text is
    static void assertUnderstandsAnyHttpFraming(ClientProcess client) throws IOException {
        var api = client.api();
        api.take();
        api.write("HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: r1\r\nContent-Type: application/json\r\nLa");
        api.write("mbda-Runtime-Deadline-Ms: 1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\"abc\r");
        api.write("\n2\r\nd\"\r\n0\r\nTrailer: x\r\n\r\n");
        assertThat(api.take().text()).isEqualTo("4");
        api.accepted();

        // More than a client reads at once: the head comes along with a part of the body.
        api.take();
        api.write("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r1\r\nLambda-Runtime-Deadline-Ms: 1\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n30d42\r\n\""
                + "x".repeat(200_000)
                + "\"\r\n0\r\n\r\n");
        assertThat(api.take().text()).isEqualTo("200000");
        api.accepted();

        assertThat(api.invoke("r2", "\"" + "x".repeat(6_000_000) + "\"", Map.of())
                        .text())
                .isEqualTo("6000000");

        api.closeConnection();
        assertThat(api.invoke("r3", "\"again\"", Map.of()).text()).isEqualTo("5");
    }

    /// The server ends while the client waits for its next event.
    static void assertEndsWithItsServer(ClientProcess client) throws IOException, InterruptedException {
        client.api().take();
        client.api().close();

        assertThat(client.exitStatus()).isEqualTo(1);
        assertThat(client.frames()).isEmpty();
        assertThat(client.rawOutput()).isEmpty();
    }
}
