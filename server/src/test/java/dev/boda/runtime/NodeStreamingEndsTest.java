package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How a streamed response ends, well or not, and what the Node.js client does after it.
class NodeStreamingEndsTest extends NodeFunctions {

    private static final String[] BOTH = {NODE_20, NODE_24};
    private static final String TYPE = "lambda-runtime-function-error-type";
    private static final String BODY = "lambda-runtime-function-error-body";

    @ParameterizedTest
    @MethodSource("nodes")
    void anErrorComesBehindWhatWasWritten(Interpreter node) throws Exception {
        streaming("""
                if (event === 'middle') stream.write('some');
                throw Object.assign(new TypeError('no\\nwäy'), { stack: 'TypeError: no' });
                """);
        for (var runtime : BOTH) {
            try (var client = start(node, "index.handler", runtime)) {
                for (var event : new String[] {"middle", "before"}) {
                    var answer = client.api().invoke("r1", '"' + event + '"', Map.of());

                    assertThat(answer.path()).isEqualTo("/2018-06-01/runtime/invocation/r1/response");
                    assertThat(answer.text()).isEqualTo(event.equals("middle") ? "some" : "");
                    assertThat(answer.trailers()).containsEntry(TYPE, "TypeError");
                    assertThat(error(answer))
                            .hasToString("{\"errorType\":\"TypeError\",\"errorMessage\":\"no\\nwäy\","
                                    + "\"trace\":[\"TypeError: no\"]}");
                }
                assertThat(client.messages())
                        .hasSize(2)
                        .allMatch(message -> message.contains("\tr1\tERROR\tInvoke Error \t{\"errorType\":"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void anErrorTooLongForTrailersIsShortened(Interpreter node) throws Exception {
        streaming("""
                const error = new RangeError('ü'.repeat(event));
                error.stack = 'line\\n'.repeat(20_000);
                throw error;
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            var traceless = error(client.api().invoke("r1", "5000", Map.of()));
            assertThat(traceless.get("errorMessage").asString()).isEqualTo("ü".repeat(5000));
            assertThat(traceless.get("trace")).isEmpty();
            var shortened = error(client.api().invoke("r2", "100000", Map.of()));
            assertThat(shortened.get("errorMessage").asString()).isEqualTo("ü".repeat(2500));
            assertThat(shortened.get("errorType").asString()).isEqualTo("RangeError");
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void anErrorAfterTheEndIsOnlyLogged(Interpreter node) throws Exception {
        streaming("stream.end('whole'); throw new Error('late');");
        try (var client = start(node, "index.handler", NODE_20)) {
            var answer = client.api().invoke("r1", "{}", Map.of());

            assertThat(answer.text()).isEqualTo("whole");
            assertThat(answer.trailers()).isEmpty();
            RuntimeApiStub.expect(client.api().take(), "GET", "/2018-06-01/runtime/invocation/next");
            assertThat(client.messages()).hasSize(1).allMatch(message -> message.contains("Invoke Error"));
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aWrongWriteIsTheHandlersError(Interpreter node) throws Exception {
        streaming("""
                if (event === 'null') stream.write(null);
                if (event === 'function') stream.write(() => {});
                if (event === 'end') stream.end(5);
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(error(client.api().invoke("r1", "\"null\"", Map.of()))
                            .get("errorMessage")
                            .asString())
                    .isEqualTo("Cannot read properties of null (reading 'length')");
            for (var event : new String[] {"\"function\"", "\"end\""}) {
                var answer = client.api().invoke("r2", event, Map.of());
                assertThat(answer.trailers()).containsEntry(TYPE, "TypeError");
                assertThat(error(answer).get("errorMessage").asString())
                        .startsWith("The \"chunk\" argument must be of");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aHandlerThatReturnsNoPromiseFailsUnlessItHasEnded(Interpreter node) throws Exception {
        file("index.mjs", """
                export const handler = awslambda.streamifyResponse((event, stream) => {
                    stream.write('some');
                    if (event === 'end') stream.end();
                });
                """);
        for (var runtime : BOTH) {
            try (var client = start(node, "index.handler", runtime)) {
                var failed = client.api().invoke("r1", "{}", Map.of());
                assertThat(failed.text()).isEqualTo("some");
                assertThat(failed.trailers()).containsEntry(TYPE, runtime.equals(NODE_20) ? "string" : "Error");
                assertThat(error(failed).get("errorMessage").asString())
                        .isEqualTo("Streaming does not support non-async handlers.");

                var ended = client.api().invoke("r2", "\"end\"", Map.of());
                assertThat(ended.trailers()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void whatAHandlerReturnsIsIgnoredWithAWarning(Interpreter node) throws Exception {
        streaming("stream.end('a'); return 'b';");
        try (var client = start(node, "index.handler", NODE_24)) {
            assertThat(invoke(client, "{}")).isEqualTo("a");
            RuntimeApiStub.expect(client.api().take(), "GET", "/2018-06-01/runtime/invocation/next");
            assertThat(client.messages()).hasSize(1);
            assertThat(client.messages().getFirst()).endsWith("\tWARN\tStreaming handlers ignore return values.\n");
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void upToNode22TheEventLoopIsWaitedFor(Interpreter node) throws Exception {
        streaming("""
                if (event === 'now') context.callbackWaitsForEmptyEventLoop = false;
                setTimeout(() => console.log('late'), event === 'late' ? 50 : 60_000);
                stream.end('x');
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(invoke(client, "\"late\"")).isEqualTo("x");
            assertThat(invoke(client, "\"now\"")).isEqualTo("x");
            assertThat(client.messages()).hasSize(1);
            assertThat(invoke(client, "\"now\"")).isEqualTo("x");
        }
        try (var client = start(node, "index.handler", NODE_24)) {
            assertThat(invoke(client, "\"long\"")).isEqualTo("x");
            assertThat(invoke(client, "\"long\"")).isEqualTo("x");
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aPromiseThatIsNeverSettledIsNoErrorUpToNode22IfTheStreamHasEnded(Interpreter node) throws Exception {
        streaming("stream.end('x'); await new Promise(() => {});");
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(invoke(client, "1")).isEqualTo("x");
            assertThat(invoke(client, "2")).isEqualTo("x");
            assertThat(client.messages()).isEmpty();
        }
        try (var client = start(node, "index.handler", NODE_24)) {
            assertThat(invoke(client, "1")).isEqualTo("x");
            var report = client.api().takeFromAnother();
            RuntimeApiStub.expect(report, "POST", "/2018-06-01/runtime/invocation/r1/error");
            client.api().accepted();
            assertThat(client.exitStatus()).isEqualTo(13);
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aStreamThatIsNotEndedKeepsTheInvocationOpen(Interpreter node) throws Exception {
        streaming("if (event === 'some') stream.write('some');");
        for (var runtime : BOTH) {
            try (var client = start(node, "index.handler", runtime)) {
                client.api().take();
                client.api().offer("r1", "\"some\"", Map.of());
                client.api().begin();
                assertThat(client.api().chunk()).isEqualTo("some");

                assertThat(client.api().pause().hears(Duration.ofMillis(300))).isFalse();
            }
            try (var client = start(node, "index.handler", runtime)) {
                client.api().take();
                client.api().offer("r1", "\"nothing\"", Map.of());

                assertThat(client.api().pause().hears(Duration.ofMillis(300))).isFalse();
                assertThat(client.messages()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aWriteAfterTheEndEndsTheProcessUntilTheServerHasAnswered(Interpreter node) throws Exception {
        streaming("""
                stream.write('x');
                stream.end();
                if (event === 'late') await new Promise((resolve) => stream.on('close', resolve));
                await new Promise((resolve) => stream.write('y', (error) => { console.log(error.code); resolve(); }));
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(invoke(client, "\"late\"")).isEqualTo("x");
            RuntimeApiStub.expect(client.api().take(), "GET", "/2018-06-01/runtime/invocation/next");
            assertThat(client.messages()).hasSize(1).allMatch(it -> it.endsWith("\tERR_STREAM_WRITE_AFTER_END\n"));

            client.api().offer("r2", "\"now\"", Map.of());
            client.api().take();
            var error = client.api().takeFromAnother();
            client.api().accepted();
            assertThat(error.path()).isEqualTo("/2018-06-01/runtime/invocation/r2/error");
            assertThat(error.text())
                    .startsWith("{\"errorType\":\"Runtime.UnhandledPromiseRejection\","
                            + "\"errorMessage\":\"Error [ERR_STREAM_WRITE_AFTER_END]: write after end\"");
            assertThat(client.exitStatus()).isEqualTo(128);
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aPipelineWhoseSourceFailsBreaksTheAnswerOff(Interpreter node) throws Exception {
        streaming("""
                const { pipeline } = await import('node:stream/promises');
                await pipeline(async function* () {
                    yield 'some';
                    await new Promise((resolve) => setTimeout(resolve, 50));
                    throw new Error('source');
                }, stream);
                """);
        for (var runtime : BOTH) {
            try (var client = start(node, "index.handler", runtime)) {
                assertBrokenOff(client, "Runtime.UnhandledPromiseRejection", "Error: source", 128);
                assertThat(client.messages()).hasSize(2);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void whatNobodyCatchesBreaksTheAnswerOff(Interpreter node) throws Exception {
        streaming("""
                stream.write('some');
                setTimeout(() => { throw new Error('thrown'); }, 20);
                await new Promise((resolve) => setTimeout(resolve, 40));
                stream.end('too late');
                """);
        for (var runtime : BOTH) {
            try (var client = start(node, "index.handler", runtime)) {
                assertBrokenOff(client, "Error", "thrown", 129);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aProcessThatEndsBreaksTheAnswerOff(Interpreter node) throws Exception {
        streaming("stream.write('some'); setTimeout(() => process.exit(3), 20); await new Promise(() => {});");
        try (var client = start(node, "index.handler", NODE_20)) {
            client.api().take();
            client.api().offer("r1", "{}", Map.of());
            client.api().begin();
            assertThat(client.api().chunk()).isEqualTo("some");

            assertThat(client.exitStatus()).isEqualTo(3);
            assertThat(client.api().pause().hears(Duration.ofSeconds(5))).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void whatTheServerWantsNoMoreOfIsWrittenToNobody(Interpreter node) throws Exception {
        streaming("""
                stream.write('some');
                const { existsSync } = await import('node:fs');
                while (!existsSync(event)) await new Promise((resolve) => setTimeout(resolve, 1));
                for (let i = 0; i < 100; i++) {
                    if (!stream.write(Buffer.alloc(100_000))) await new Promise((next) => stream.once('drain', next));
                }
                if (event === 'end') stream.end(() => console.log('ended'));
                """);
        for (var event : new String[] {"end", "open"}) {
            try (var client = start(node, "index.handler", NODE_20)) {
                client.api().take();
                client.api().offer("r1", '"' + event + '"', Map.of());
                client.api().begin();
                assertThat(client.api().chunk()).isEqualTo("some");
                client.api().reply(413, Map.of("Connection", "close"), "{}");
                file(event, "");

                var next = client.api().takeFromAnother();
                RuntimeApiStub.expect(next, "GET", "/2018-06-01/runtime/invocation/next");
                assertThat(client.messages()).hasSize(1);
                assertThat(client.messages().getFirst())
                        .contains(event.equals("end") ? "\tended" : "Response stream is not finished.");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aServerThatIsGoneInTheMiddleEndsTheClient(Interpreter node) throws Exception {
        streaming("stream.write('some'); await new Promise(() => {});");
        try (var client = start(node, "index.handler", NODE_20)) {
            client.api().take();
            client.api().offer("r1", "{}", Map.of());
            client.api().begin();
            client.api().close();

            assertThat(client.exitStatus()).isEqualTo(1);
            assertThat(client.rawOutput()).isEmpty();
        }
    }

    /// The answer has `some` in it and no end; the error is reported beside it, and ends the process.
    private static void assertBrokenOff(ClientProcess client, String type, String message, int status)
            throws Exception {
        client.api().take();
        client.api().offer("r1", "{}", Map.of());
        client.api().begin();
        assertThat(client.api().chunk()).isEqualTo("some");
        var answer = client.api().pause();
        var error = client.api().takeFromAnother();
        client.api().accepted();

        RuntimeApiStub.expect(error, "POST", "/2018-06-01/runtime/invocation/r1/error");
        assertThat(json(error).get("errorType").asString()).isEqualTo(type);
        assertThat(json(error).get("errorMessage").asString()).isEqualTo(message);
        assertThat(client.exitStatus()).isEqualTo(status);
        assertThat(answer.hears(Duration.ofSeconds(5))).isFalse();
    }

    private static JsonNode error(RuntimeApiStub.Request answer) {
        var body = Base64.getDecoder().decode(answer.trailers().get(BODY));
        return JsonMapper.shared().readTree(new String(body, StandardCharsets.UTF_8));
    }

    /// `body` is the handler's: of event, stream and context.
    private void streaming(String body) throws IOException {
        file(
                "index.mjs",
                "export const handler = awslambda.streamifyResponse(async (event, stream, context) => {\n" + body
                        + "\n});");
    }
}
