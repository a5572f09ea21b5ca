package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// How the Node.js client finds and loads a function.
class NodeLoadingTest extends NodeFunctions {

    @ParameterizedTest
    @MethodSource("nodes")
    void modulesOfBothKindsAreFound(Interpreter node) throws Exception {
        file("common.js", "exports.a = { b: async () => 'common' };");
        file("plain.cjs", "exports.handler = async () => require('helper')();");
        file("node_modules/helper/index.js", "module.exports = () => 'cjs';");
        file("typed/package.json", "{\"type\":\"module\"}");
        file("typed/index.js", "export const handler = async () => 'typed';");

        assertThat(answerOf(node, "common.a.b", NODE_20)).isEqualTo("\"common\"");
        assertThat(answerOf(node, "plain.handler", NODE_20)).isEqualTo("\"cjs\"");
        assertThat(answerOf(node, "typed/index.handler", NODE_20)).isEqualTo("\"typed\"");
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aFunctionThatCannotBeLoadedIsAnInitError(Interpreter node) throws Exception {
        file("index.js", "require('nosuch');");
        file("bad.js", "exports.handler = (;");
        file("raising.mjs", "throw new Error('Runtime startup fails');");
        file("empty.mjs", "export const value = 1;");
        file("request.mjs", """
                export const handler = async () => {};
                handler[Symbol.for('aws.lambda.runtime.handler.streaming')] = 'request';
                """);
        var client = ClientProcess.CLIENTS.resolve("nodejs/index.mjs");

        assertThat(initError(node, "gone.handler", NODE_20))
                .isEqualTo("Runtime.ImportModuleError: Error: Cannot find module 'gone'\nRequire stack:\n- " + client);
        assertThat(initError(node, "index.handler", NODE_20))
                .isEqualTo("Runtime.ImportModuleError: Error: Cannot find module 'nosuch'\nRequire stack:\n- "
                        + task().toRealPath().resolve("index.js") + "\n- " + client);
        assertThat(initError(node, "bad.handler", NODE_20)).startsWith("Runtime.UserCodeSyntaxError: SyntaxError: ");
        assertThat(initError(node, "raising.handler", NODE_20)).isEqualTo("Error: Runtime startup fails");
        assertThat(initError(node, "empty.handler", NODE_20))
                .isEqualTo("Runtime.HandlerNotFound: empty.handler is undefined or not exported");
        assertThat(initError(node, "empty.value", NODE_20))
                .isEqualTo("Runtime.HandlerNotFound: empty.value is not a function");
        assertThat(initError(node, "handler", NODE_20)).isEqualTo("Runtime.MalformedHandlerName: Bad handler");
        assertThat(initError(node, "request.handler", NODE_20))
                .isEqualTo("Runtime.MalformedStreamingHandler: Only response streaming is supported.");
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aFunctionThatCannotBeLoadedHearsOfItsError(Interpreter node) throws Exception {
        var listens = "process.on('uncaughtException', (error) => console.log('heard', error.message)); ";
        file("index.js", listens + "throw new Error('no');");
        file("module.mjs", listens + "throw new Error('no');");
        for (var handler : new String[] {"index.handler", "module.handler"}) {
            try (var client = start(node, handler, NODE_20)) {
                assertThat(json(client.initError()).get("errorMessage").asString())
                        .isEqualTo("no");
                assertThat(client.exitStatus()).isEqualTo(129);
                assertThat(client.messages()).hasSize(2);
                assertThat(client.messages().getLast()).contains("heard no");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aModuleWhoseTopLevelAwaitIsNeverSettledEndsTheProcess(Interpreter node) throws Exception {
        file("index.mjs", "await new Promise(() => {}); export const handler = async () => 1;");
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(client.exitStatus()).isEqualTo(13);
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void noFileIsTheMainOne(Interpreter node) throws Exception {
        file("index.js", """
                const main = typeof require.main + ('mainModule' in process);
                exports.handler = async () => main;
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(invoke(client, "1")).isEqualTo("\"undefinedfalse\"");
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void whatHasBeenRequiredIsTheFunctionsOwn(Interpreter node) throws Exception {
        var listed = """
                const path = require('node:path');
                const listed = () => Object.keys(require.cache).map((file) => path.basename(file)).join();
                const parent = module.parent?.children === undefined ? 'none' : module.parent.children.length;
                exports.handler = async () => `${listed()} ${parent}`;
                """;
        file("index.js", "require('./own.js');" + listed);
        file("own.js", "");
        file("preloaded.js", "");
        file("module.mjs", """
                import { createRequire } from 'node:module';
                export const handler = async () => Object.keys(createRequire(import.meta.url).cache).join();
                """);
        var preload = Map.of("NODE_OPTIONS", "--require " + task().resolve("preloaded.js"));

        assertThat(answerOf(node, "index.handler", NODE_20)).isEqualTo("\"index.js,own.js 1\"");
        assertThat(answerOf(node, "module.handler", NODE_20)).isEqualTo("\"\"");
        try (var client = ClientProcess.start(node, task(), "index.handler", preload)) {
            assertThat(invoke(client, "{}")).startsWith("\"preloaded.js,index.js,own.js");
        }
    }

    private String answerOf(Interpreter node, String handler, String runtime) throws IOException {
        try (var client = start(node, handler, runtime)) {
            return invoke(client, "{}");
        }
    }
}
