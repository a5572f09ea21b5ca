package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The Node.js client as it was compiled ahead, and without that.
class NodeCompiledTest extends NodeFunctions {

    /// How many calls to the function are made in files of the client.
    private static final String FILES_OF_THE_CLIENT = """
            Error.stackTraceLimit = 100;
            const calls = new Error().stack.split('\\n').filter((line) => line.includes('/nodejs/lib/'));
            exports.handler = async () => calls.length;
            """;

    private Path clients;
    private Path client;

    @BeforeEach
    void copyTheClient() throws IOException {
        file("index.js", FILES_OF_THE_CLIENT);
        file("module.mjs", "export const handler = async () => 'imported';");
        clients = folder.resolve("clients");
        client = Files.createDirectories(clients.resolve("nodejs"));
        Files.createDirectories(client.resolve("lib"));
        for (var part : List.of("", "lib")) {
            try (var files = Files.list(ClientProcess.CLIENTS.resolve("nodejs").resolve(part))) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, client.resolve(part).resolve(file.getFileName()));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void whatTheScanHasCompiledIsRun(Interpreter node) throws Exception {
        scan();

        assertThat(answer(node, "index.handler", Map.of())).isEqualTo("0");
        assertThat(answer(node, "module.handler", Map.of())).isEqualTo("\"imported\"");
    }

    /// Hooks have a thread of their own before Node.js 22.15, which takes as long as half a cold start.
    @ParameterizedTest
    @MethodSource("nodes")
    void anEsModuleWithoutImportsGetsNoHooks(Interpreter node) throws Exception {
        scan();
        file("threads.mjs", """
                import { Worker } from 'node:worker_threads';
                const first = new Worker('', { eval: true }).threadId;
                export const handler = async () => first;
                """);
        var packages = folder.resolve("layer/node_modules");
        Files.createDirectories(packages.resolve("some"));

        assertThat(answer(node, "threads.handler", Map.of("NODE_PATH", packages.toString())))
                .isEqualTo("1");
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void withoutCompiledCodeTheFilesAreRun(Interpreter node) throws Exception {
        assertThat(Integer.parseInt(answer(node, "index.handler", Map.of()))).isPositive();
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aStreamingHandlerFindsNoFileOfTheClientAmongItsOwn(Interpreter node) throws Exception {
        file("streams.js", """
                exports.handler = awslambda.streamifyResponse(async (event, stream) => {
                    stream.end(Object.keys(require.cache).map((file) => require('node:path').basename(file)).join());
                });
                """);

        assertThat(answer(node, "streams.handler", Map.of())).isEqualTo("streams.js");
        scan();
        assertThat(answer(node, "streams.handler", Map.of())).isEqualTo("streams.js");
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void codeThatWasCompiledWithOtherFlagsIsCompiledAnew(Interpreter node) throws Exception {
        scan();

        assertThat(answer(node, "index.handler", Map.of("NODE_OPTIONS", "--jitless")))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void damagedCodeIsPassedOver(Interpreter node) throws Exception {
        scan();
        for (var file : compiled()) {
            Files.write(file, new byte[] {1, 2});
        }

        assertThat(Integer.parseInt(answer(node, "index.handler", Map.of()))).isPositive();
    }

    @Test
    void aClientThatHasChangedIsCompiledAgain() throws Exception {
        scan();
        assertThat(compiled()).isNotEmpty();
        var changed = client.resolve("lib/context.cjs");
        Files.writeString(changed, Files.readString(changed) + "// as it is now");
        for (var file : compiled()) {
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("// as it is now");
        }

        scan();

        for (var file : compiled()) {
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("// as it is now");
        }
    }

    private void scan() throws InterruptedException {
        var home = Path.of(System.getProperty("user.home"));
        var _ = new InterpreterScan(Map.of(), clients, folder.resolve("known"), System.getenv(), home).scan();
    }

    private List<Path> compiled() throws IOException {
        try (var files = Files.list(client.resolve("__v8cache__"))) {
            return files.toList();
        }
    }

    private String answer(Interpreter node, String handler, Map<String, String> more) throws IOException {
        var variables = new HashMap<>(more);
        variables.put("AWS_EXECUTION_ENV", NODE_20);
        variables.put("LAMBDA_RUNTIME_DIR", client.toString());
        try (var process = ClientProcess.start(node, task(), handler, variables)) {
            return invoke(process, "{}");
        }
    }
}
