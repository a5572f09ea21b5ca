package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;

/// For tests of the Node.js client, in every Node.js that this machine has.
abstract class NodeFunctions extends ClientFixture {

    static final String NODE_20 = "AWS_Lambda_nodejs20.x";
    static final String NODE_24 = "AWS_Lambda_nodejs24.x";

    static Stream<Interpreter> nodes() {
        return ClientProcess.interpreters("nodejs");
    }

    ClientProcess start(Interpreter node, String handler, String runtime) throws IOException {
        return ClientProcess.start(node, task(), handler, Map.of("AWS_EXECUTION_ENV", runtime));
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
