package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// For tests of the Node.js client, in every Node.js that this machine has.
abstract class NodeFunctions {

    static final String NODE_20 = "AWS_Lambda_nodejs20.x";
    static final String NODE_24 = "AWS_Lambda_nodejs24.x";

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    Path folder;

    static Stream<Interpreter> nodes() {
        return ClientProcess.interpreters("nodejs");
    }

    static String invoke(ClientProcess client, String event) throws IOException {
        return client.api().invoke("r1", event, Map.of()).text();
    }

    ClientProcess start(Interpreter node, String handler, String runtime) throws IOException {
        return ClientProcess.start(node, task(), handler, Map.of("AWS_EXECUTION_ENV", runtime));
    }

    Path task() {
        return folder.resolve("task");
    }

    void module(String name, String source) throws IOException {
        var file = task().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
    }

    static JsonNode json(RuntimeApiStub.Request request) {
        return JSON.readTree(request.text());
    }

    /// How the client reports that the function cannot be loaded, type and message.
    String initError(Interpreter node, String handler, String runtime) throws Exception {
        try (var client = start(node, handler, runtime)) {
            var json = json(client.initError());
            assertThat(client.exitStatus()).isEqualTo(129);
            assertThat(client.messages()).hasSize(1);
            assertThat(client.messages().getFirst()).contains("\tundefined\tERROR\tUncaught Exception \t{");
            assertThat(json.get("trace").size()).isPositive();
            return json.get("errorType").asString() + ": "
                    + json.get("errorMessage").asString();
        }
    }
}
