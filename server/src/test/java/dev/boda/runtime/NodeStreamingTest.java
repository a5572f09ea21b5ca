package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// How the Node.js client streams a response: what a handler writes, and what the Runtime API gets.
class NodeStreamingTest extends NodeFunctions {

    private static final String[] BOTH = {NODE_20, NODE_24};
    private static final String PRELUDE = "{\"statusCode\":201}" + "\0".repeat(8);

    @ParameterizedTest
    @MethodSource("nodes")
    void whatIsWrittenIsOneStreamedAnswer(Interpreter node) throws Exception {
        streaming("""
                stream.write('text ');
                stream.write(Buffer.from('bytes '));
                stream.write({ an: 'object' });
                stream.write(5);
                stream.write('Zm8=', 'base64', () => console.log('written'));
                stream.end();
                """);
        for (var runtime : BOTH) {
            try (var client = start(node, "index.handler", runtime)) {
                for (var id : new String[] {"r1", "r2"}) {
                    var answer = client.api().invoke(id, "{}", Map.of());

                    assertThat(answer.method()).isEqualTo("POST");
                    assertThat(answer.path()).isEqualTo("/2018-06-01/runtime/invocation/" + id + "/response");
                    assertThat(answer.text()).isEqualTo("text bytes {\"an\":\"object\"}5fo");
                    assertThat(answer.headers())
                            .containsEntry("lambda-runtime-function-response-mode", "streaming")
                            .containsEntry("transfer-encoding", "chunked")
                            .containsEntry("content-type", "application/octet-stream")
                            .containsEntry(
                                    "trailer",
                                    "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body");
                    assertThat(answer.trailers()).isEmpty();
                }
                RuntimeApiStub.expect(client.api().take(), "GET", "/2018-06-01/runtime/invocation/next");
                assertThat(client.messages()).hasSize(2).allMatch(message -> message.contains("written"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void theFirstByteLeavesAsSoonAsItIsWritten(Interpreter node) throws Exception {
        streaming("""
                stream.write('first');
                const { existsSync } = await import('node:fs');
                while (!existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 1));
                stream.write('sec');
                stream.write('ond');
                stream.end();
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            client.api().take();
            client.api().offer("r1", "{}", Map.of());

            client.api().begin();
            assertThat(client.api().chunk()).isEqualTo("first");
            file("go", "");
            assertThat(client.api().chunk()).isEqualTo("second");
            assertThat(client.api().chunk()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void metadataComesBeforeTheFirstWriteAndOnlyBeforeThat(Interpreter node) throws Exception {
        streaming("""
                const http = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
                if (event === 'write') { http.write('bo'); http.write('dy'); http.end(); }
                if (event === 'empty') { http.write(''); http.end(); }
                if (event === 'end') http.end('body');
                if (event === 'nothing') http.end();
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(invoke(client, "\"write\"")).isEqualTo(PRELUDE + "body");
            assertThat(invoke(client, "\"empty\"")).isEqualTo(PRELUDE);
            assertThat(invoke(client, "\"end\"")).isEqualTo("body");
            var nothing = client.api().invoke("r1", "\"nothing\"", Map.of());
            assertThat(nothing.text()).isEmpty();
            assertThat(nothing.headers())
                    .containsEntry("content-type", "application/vnd.awslambda.http-integration-response");
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aContentTypeMayBeSetUntilTheFirstWrite(Interpreter node) throws Exception {
        streaming("""
                stream.setContentType('text/csv');
                for (const type of ['two\\r\\nlines', undefined]) {
                    try { stream.setContentType(type); } catch (e) { console.log(e.code); }
                }
                stream.write('a,b');
                try { stream.setContentType('text/html'); } catch (e) { stream.write(`${e.name}: ${e.message}`); }
                stream.end();
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            var answer = client.api().invoke("r1", "{}", Map.of());

            assertThat(answer.headers()).containsEntry("content-type", "text/csv");
            assertThat(answer.text())
                    .isEqualTo("a,bRuntime.InvalidStreamingOperation: Cannot set content-type, too late.");
            assertThat(client.messages()).hasSize(2);
            assertThat(client.messages().getFirst()).endsWith("\tERR_INVALID_CHAR\n");
            assertThat(client.messages().getLast()).endsWith("\tERR_HTTP_INVALID_HEADER_VALUE\n");
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aPipelineEndsTheAnswer(Interpreter node) throws Exception {
        streaming("""
                const { pipeline } = await import('node:stream/promises');
                const { Readable } = await import('node:stream');
                await pipeline(Readable.from(['a', 'b', Buffer.alloc(100_000, 'c')]), stream);
                console.log(stream.writableFinished);
                """);
        try (var client = start(node, "index.handler", NODE_24)) {
            assertThat(invoke(client, "{}")).isEqualTo("ab" + "c".repeat(100_000));
            RuntimeApiStub.expect(client.api().take(), "GET", "/2018-06-01/runtime/invocation/next");
            assertThat(client.messages()).hasSize(1).allMatch(message -> message.endsWith("\ttrue\n"));
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aSlowReaderSlowsTheFunctionDown(Interpreter node) throws Exception {
        streaming("""
                const megabyte = Buffer.alloc(1 << 20, 'x');
                const before = process.memoryUsage.rss();
                for (let written = 0; written < 100; written++) {
                    if (stream.write(megabyte)) throw new Error('always more than the mark');
                    const stuck = setTimeout(() => process.stdout.write(`stuck at ${written}\\n`), 300);
                    await new Promise((resolve) => stream.once('drain', resolve));
                    clearTimeout(stuck);
                }
                process.stdout.write('never stuck\\n');
                stream.end();
                console.log(`grown by ${(process.memoryUsage.rss() - before) >> 20} MB`);
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            client.api().take();
            client.api().offer("r1", "{}", Map.of());

            client.api().begin();
            int writtenAhead = Integer.parseInt(client.outputLine().replace("stuck at ", ""));
            assertThat(writtenAhead).isLessThan(20);
            long length = 0;
            for (var chunk = client.api().chunk();
                    !chunk.isEmpty();
                    chunk = client.api().chunk()) {
                length += chunk.length();
            }
            assertThat(length).isEqualTo(100 << 20);
            assertThat(client.api().fields()).isEmpty();
            client.api().accepted();
            RuntimeApiStub.expect(client.api().take(), "GET", "/2018-06-01/runtime/invocation/next");
            var grown = client.messages().getFirst().replaceAll("(?s).*grown by (-?\\d+) MB.*", "$1");
            assertThat(Integer.parseInt(grown)).isLessThan(30);
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void theMarkFromWhichAWriteWaitsIsTheFunctions(Interpreter node) throws Exception {
        file("index.mjs", """
                const write = async (event, stream) => {
                    stream.end(`${stream.write(Buffer.alloc(99))}${stream.write('x')}${stream.writableHighWaterMark}`);
                };
                export const handler = awslambda.streamifyResponse(write, { highWaterMark: 100 });
                export const own = async () => ({ same: handler === write, symbols: ['', '.highWaterMark'].map(
                    (name) => write[Symbol.for(`aws.lambda.runtime.handler.streaming${name}`)]) });
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(invoke(client, "{}")).endsWith("xtruefalse100");
        }
        try (var client = start(node, "index.own", NODE_20)) {
            assertThat(invoke(client, "{}")).isEqualTo("{\"same\":true,\"symbols\":[\"response\",100]}");
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void manySmallWritesAreFewChunks(Interpreter node) throws Exception {
        streaming("for (let i = 0; i < 200_000; i++) stream.write('0123456789'); stream.end();");
        try (var client = start(node, "index.handler", NODE_20)) {
            client.api().take();
            client.api().offer("r1", "{}", Map.of());

            client.api().begin();
            assertThat(client.api().chunk()).hasSize(2_000_000);
            assertThat(client.api().chunk()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aFunctionMayRefuseTheGlobal(Interpreter node) throws Exception {
        file("index.mjs", "export const handler = async () => typeof awslambda;");
        var refused = Map.of("AWS_EXECUTION_ENV", NODE_20, "AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA", "true");
        try (var client = ClientProcess.start(node, task(), "index.handler", refused)) {
            assertThat(invoke(client, "{}")).isEqualTo("\"undefined\"");
        }
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(invoke(client, "{}")).isEqualTo("\"object\"");
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void theContextHasNoCallbacks(Interpreter node) throws Exception {
        streaming("stream.write([Object.keys(context), typeof context.done, context.functionName]); stream.end();");
        var common = "\"functionVersion\",\"functionName\",\"memoryLimitInMB\",\"logGroupName\",\"logStreamName\","
                + "\"clientContext\",\"identity\",\"invokedFunctionArn\",\"awsRequestId\",\"tenantId\","
                + "\"getRemainingTimeInMillis\"";
        var rest = "],\"undefined\",\"greeter\"]";
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(invoke(client, "{}")).isEqualTo("[[\"callbackWaitsForEmptyEventLoop\"," + common + rest);
        }
        try (var client = start(node, "index.handler", NODE_24)) {
            assertThat(invoke(client, "{}")).isEqualTo("[[" + common + ",\"xRayTraceId\"" + rest);
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void theEndKnowsMoreArgumentsFromNode24On(Interpreter node) throws Exception {
        streaming("stream.end('Zm8=', 'base64', () => console.log('ended'));");
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(invoke(client, "{}")).isEqualTo("Zm8=");
            assertThat(client.messages()).isEmpty();
        }
        try (var client = start(node, "index.handler", NODE_24)) {
            assertThat(invoke(client, "{}")).isEqualTo("fo");
            RuntimeApiStub.expect(client.api().take(), "GET", "/2018-06-01/runtime/invocation/next");
            assertThat(client.messages()).hasSize(1);
        }
    }

    /// `body` is the handler's: of event, stream and context.
    private void streaming(String body) throws IOException {
        file(
                "index.mjs",
                "export const handler = awslambda.streamifyResponse(async (event, stream, context) => {\n" + body
                        + "\n});");
    }
}
