package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.InsideSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the clients make of a connection to the Runtime API that is there already.
class ReadyConnectionTest {

    private static final String OPENED = "exec 4<>API;";
    private static final String CLOSED = "exec 4<>API; exec 4>&-;";
    private static final String NO_SOCKET = "exec 4</dev/null;";

    @TempDir
    Path folder;

    static Stream<Interpreter> interpreters() {
        return Stream.of("nodejs", "python", "ruby").flatMap(ClientProcess::interpreters);
    }

    @ParameterizedTest
    @MethodSource("interpreters")
    void itIsUsedAndTheFunctionsProgramsDoNotGetIt(Interpreter interpreter) throws Exception {
        try (var client = start(interpreter, OPENED)) {
            client.api().accept();

            assertThat(invoke(client)).isEqualTo("[false,\"\"]");
            assertThat(invoke(client)).isEqualTo("[false,\"\"]");
        }
    }

    @ParameterizedTest
    @MethodSource("interpreters")
    void oneThatTheServerHasClosedIsReplaced(Interpreter interpreter) throws Exception {
        try (var client = start(interpreter, OPENED)) {
            client.api().accept();
            client.api().closeConnection();

            assertThat(invoke(client)).isEqualTo("[false,\"\"]");
        }
    }

    @ParameterizedTest
    @MethodSource("interpreters")
    void whoStartsTheClientMayHaveClosedIt(Interpreter interpreter) throws Exception {
        try (var client = start(interpreter, CLOSED)) {
            client.api().accept();
            client.api().closeConnection();

            assertThat(invoke(client)).isEqualTo("[false,\"\"]");
        }
        try (var client = start(interpreter, NO_SOCKET)) {
            assertThat(invoke(client)).startsWith("[false,");
        }
    }

    private static String invoke(ClientProcess client) throws IOException {
        return client.api().invoke("r1", "{}", Map.of()).text().replace(" ", "");
    }

    /// Its function tells whether it sees the variable, and what a program that it starts finds at the descriptor.
    private ClientProcess start(Interpreter interpreter, String opening) throws IOException {
        var task = Files.createDirectories(folder.resolve("task"));
        Files.writeString(task.resolve("index.js"), """
                const { execSync } = require('node:child_process');
                const look = () => execSync('readlink /proc/self/fd/4 || true').toString();
                exports.handler = async () => ['_BODA_RUNTIME_API_FD' in process.env, look()];
                """);
        Files.writeString(task.resolve("index.py"), """
                import os, subprocess
                def handler(event, context):
                    look = subprocess.run(["readlink", "/proc/self/fd/4"], close_fds=False, stdout=subprocess.PIPE)
                    return ["_BODA_RUNTIME_API_FD" in os.environ, look.stdout.decode()]
                """);
        Files.writeString(task.resolve("index.rb"), """
                def handler(event:, context:)
                  look = IO.popen(["readlink", "/proc/self/fd/4"], close_others: false, &:read)
                  [ENV.key?("_BODA_RUNTIME_API_FD"), look]
                end
                """);
        var variables = Map.of(
                InsideSockets.RUNTIME_API_VARIABLE,
                Integer.toString(InsideSockets.RUNTIME_API_DESCRIPTOR),
                "AWS_EXECUTION_ENV",
                "AWS_Lambda_nodejs20.x");
        return ClientProcess.start(interpreter, task, "index.handler", variables, opening);
    }
}
