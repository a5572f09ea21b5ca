package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// The Python client, in every Python that this machine has.
class PythonClientTest extends ClientFixture {

    static Stream<Interpreter> pythons() {
        return ClientProcess.interpreters("python");
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void aHandlerGetsItsEventAndACompleteContext(Interpreter python) throws Exception {
        file("pkg/sub/code.py", """
                import os, sys
                def handler(event, context):
                    return {
                        "event": event,
                        "context": [context.aws_request_id, context.function_name, context.function_version,
                            context.memory_limit_in_mb, context.log_group_name, context.log_stream_name,
                            context.invoked_function_arn, context.client_context.client.app_title,
                            context.client_context.custom["a"], context.identity.cognito_identity_id,
                            context.tenant_id],
                        "left": 0 < context.get_remaining_time_in_millis(),
                        "trace": os.environ.get("_X_AMZN_TRACE_ID"),
                        "path": sys.path[:4],
                    }
                """);
        try (var client = start(python, "pkg/sub/code.handler", Map.of())) {
            var headers = Map.of(
                    "Lambda-Runtime-Invoked-Function-Arn", "arn:1",
                    "Lambda-Runtime-Trace-Id", "Root=1-2",
                    "Lambda-Runtime-Client-Context", "{\"client\":{\"app_title\":\"t\"},\"custom\":{\"a\":\"ü\"}}");
            var answer = client.api().invoke("r1", "{\"name\": \"Zoë\"}", headers);

            assertThat(answer.path()).isEqualTo("/2018-06-01/runtime/invocation/r1/response");
            assertThat(answer.headers()).containsEntry("content-type", "application/json");
            var json = json(answer);
            assertThat(json.at("/event/name").asString()).isEqualTo("Zoë");
            assertThat(json.get("context").toString())
                    .isEqualTo("[\"r1\",\"greeter\",\"$LATEST\",\"128\",\"/aws/lambda/greeter\","
                            + "\"2026/11/21/[$LATEST]0123\",\"arn:1\",\"t\",\"ü\",null,null]");
            assertThat(json.get("left").asBoolean()).isTrue();
            assertThat(json.get("trace").asString()).isEqualTo("Root=1-2");
            var minor = python.version().substring(0, python.version().lastIndexOf('.'));
            assertThat(json.get("path"))
                    .extracting(JsonNode::asString)
                    .containsExactly(
                            task().toString(),
                            "/opt/python/lib/python" + minor + "/site-packages",
                            "/opt/python",
                            ClientProcess.CLIENTS.resolve("python").toString());
        }
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void aRaisedExceptionIsReportedAndLoggedAsAwsDoes(Interpreter python) throws Exception {
        file("code.py", """
                def fail():
                    raise ValueError("no\\nway")
                def handler(event, context):
                    fail()
                """);
        try (var client = start(python, "code.handler", Map.of("AWS_EXECUTION_ENV", "AWS_Lambda_python3.12"))) {
            var error = client.api().invoke("r1", "{}", Map.of());

            assertThat(error.path()).isEqualTo("/2018-06-01/runtime/invocation/r1/error");
            assertThat(error.headers()).containsEntry("lambda-runtime-function-error-type", "ValueError");
            var file = task().resolve("code.py");
            assertThat(error.text())
                    .isEqualTo("{\"errorMessage\": \"no\\nway\", \"errorType\": \"ValueError\", \"requestId\": \"r1\", "
                            + "\"stackTrace\": [\"  File \\\"" + file + "\\\", line 4, in handler\\n    fail()\\n\", "
                            + "\"  File \\\"" + file
                            + "\\\", line 2, in fail\\n    raise ValueError(\\\"no\\\\nway\\\")\\n\"]}");
            assertThat(client.messages())
                    .containsExactly("[ERROR] ValueError: no\nway\nTraceback (most recent call last):\n"
                            + "\u00a0\u00a0File \"" + file + "\", line 4, in handler\n"
                            + "\u00a0\u00a0\u00a0\u00a0fail()\n"
                            + "\u00a0\u00a0File \"" + file + "\", line 2, in fail\n"
                            + "\u00a0\u00a0\u00a0\u00a0raise ValueError(\"no\\nway\")");
        }
        try (var client = start(python, "code.handler", Map.of("AWS_EXECUTION_ENV", "AWS_Lambda_python3.8"))) {
            assertThat(json(client.api().invoke("r1", "{}", Map.of())).has("requestId"))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void severalLinesStayOneMessage(Interpreter python) throws Exception {
        file("code.py", """
                import logging, sys
                def handler(event, context):
                    print("one\\ntwo", 3)
                    logging.warning("three\\nfour é")
                    logging.info("not shown")
                    print("left over", end="")
                    context.log("as it is")
                """);
        file("token.py", "raise SystemExit('a file of the function stands for the standard library')");
        try (var client = start(python, "code.handler", Map.of())) {
            assertThat(client.api().invoke("r1", "{}", Map.of()).text()).isEqualTo("null");
            RuntimeApiStub.expect(client.api().take(), "GET", "/2018-06-01/runtime/invocation/next");

            assertThat(client.messages()).hasSize(4);
            assertThat(client.messages().get(0)).isEqualTo("one\ntwo 3\n");
            assertThat(client.messages().get(1))
                    .matches(
                            "\\[WARNING]\\t\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\\tr1\\tthree\\nfour é\\n");
            assertThat(client.messages()).endsWith("as it is", "left over");
        }
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void answersAreWrittenAsAwsWritesThem(Interpreter python) throws Exception {
        file("code.py", """
                from collections import namedtuple
                from decimal import Decimal
                Point = namedtuple("Point", "x y")
                def handler(event, context):
                    return {"records": lambda: [Point(1, Point((2,), 3))], "decimal": lambda: {"a": [Decimal("1.10"), 0.5, "é"]}, "bytes": lambda: b"raw",
                            "text": lambda: {"a": b"text"}, "set": lambda: {1}, "none": lambda: None}[event]()
                """);
        try (var client = start(python, "code.handler", Map.of("AWS_EXECUTION_ENV", "AWS_Lambda_python3.12"))) {
            assertThat(invoke(client, "\"decimal\"")).isEqualTo("{\"a\": [1.10, 0.5, \"é\"]}");
            assertThat(invoke(client, "\"bytes\"")).isEqualTo("raw");
            assertThat(invoke(client, "\"records\"")).isEqualTo("[{\"x\": 1, \"y\": {\"x\": [2], \"y\": 3}}]");
            assertThat(invoke(client, "\"text\"")).isEqualTo("{\"a\": \"text\"}");
            assertThat(invoke(client, "\"none\"")).isEqualTo("null");
            assertThat(invoke(client, "\"set\""))
                    .startsWith("{\"errorMessage\": \"Unable to marshal response: Object of type set is not JSON"
                            + " serializable\", \"errorType\": \"Runtime.MarshalError\"");
        }
        try (var client = start(python, "code.handler", Map.of("AWS_EXECUTION_ENV", "AWS_Lambda_python3.11"))) {
            assertThat(invoke(client, "\"decimal\"")).isEqualTo("{\"a\": [1.10, 0.5, \"\\u00e9\"]}");
        }
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void aFunctionThatCannotBeLoadedIsAnInitError(Interpreter python) throws Exception {
        file("code.py", "import nosuch");
        file("bad.py", "def handler(:\n");
        file("raising.py", "raise Exception('Runtime startup fails')\n");

        assertThat(initError(python, "gone.handler"))
                .isEqualTo("Runtime.ImportModuleError: Unable to import module 'gone': No module named 'gone'");
        assertThat(initError(python, "code.handler"))
                .isEqualTo("Runtime.ImportModuleError: Unable to import module 'code': No module named 'nosuch'");
        assertThat(initError(python, "bad.handler"))
                .startsWith("Runtime.UserCodeSyntaxError: Syntax error in module 'bad': ");
        assertThat(initError(python, "raising.handler")).isEqualTo("Exception: Runtime startup fails");
        assertThat(initError(python, "handler"))
                .isEqualTo("Runtime.MalformedHandlerName: Bad handler 'handler': not enough values to unpack"
                        + " (expected 2, got 1)");
        assertThat(initError(python, "sys.exit"))
                .isEqualTo("Runtime.BuiltInModuleConflict: Cannot use built-in module sys as a handler module");
        file("code.py", "");
        assertThat(initError(python, "code.handler"))
                .isEqualTo("Runtime.HandlerNotFound: Handler 'handler' missing on module 'code'");
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void sysExitEndsTheProcess(Interpreter python) throws Exception {
        file("code.py", """
                import sys
                def handler(event, context):
                    print("last words", end="")
                    sys.exit(3)
                """);
        try (var client = start(python, "code.handler", Map.of())) {
            client.api().take();
            client.api().offer("r1", "{}", Map.of());

            assertThat(client.exitStatus()).isEqualTo(3);
            assertThat(client.frames()).isEqualTo("last words");
        }
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void aLineFlushedBeforeItsEndGoesOutInPartsThatTheServerJoins(Interpreter python) throws Exception {
        file("code.py", """
                def handler(event, context):
                    print("one ", end="", flush=True)
                    print("two ", end="", flush=True)
                    print("three\\nfour")
                    print("å", end="", flush=True)
                """);
        try (var client = start(python, "code.handler", Map.of())) {
            assertThat(client.api().invoke("r1", "{}", Map.of()).text()).isEqualTo("null");

            assertThat(client.frames()).startsWith("one two three\n¥Z").contains("four\n¥Z");
        }
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void bytesInTheBufferOfStandardOutputBelongToTheCall(Interpreter python) throws Exception {
        file("code.py", """
                import sys
                def handler(event, context):
                    sys.stdout.buffer.write(b"bytes\\n")
                    if event == "flush":
                        sys.stdout.flush()
                        sys.stdout.buffer.raw.write(b"raw\\n")
                    return 1
                """);
        try (var client = start(python, "code.handler", Map.of())) {
            assertThat(client.api().invoke("r1", "1", Map.of()).text()).isEqualTo("1");
            assertThat(client.outputLine()).isEqualTo("bytes");
            assertThat(client.api().invoke("r2", "\"flush\"", Map.of()).text()).isEqualTo("1");
            assertThat(client.outputLine()).isEqualTo("bytes");
            assertThat(client.outputLine()).isEqualTo("raw");
        }
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void anExitWithoutExitHandlersLosesNothing(Interpreter python) throws Exception {
        file("code.py", """
                import os
                def handler(event, context):
                    print("parent's", end="")
                    child = os.fork()
                    if child == 0:
                        print("child's", end="")
                        os._exit(0)
                    os.waitpid(child, 0)
                    os._exit(3)
                """);
        try (var client = start(python, "code.handler", Map.of())) {
            client.api().take();
            client.api().offer("r1", "{}", Map.of());

            assertThat(client.exitStatus()).isEqualTo(3);
            assertThat(client.messages()).containsExactly("child's", "parent's");
        }
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void eventsComeInAnyHttpFraming(Interpreter python) throws Exception {
        file("code.py", "def handler(event, context):\n    return len(event)\n");
        try (var client = start(python, "code.handler", Map.of())) {
            assertUnderstandsAnyHttpFraming(client);
        }
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void aServerThatIsGoneEndsTheClient(Interpreter python) throws Exception {
        file("code.py", "def handler(event, context):\n    return 1\n");
        try (var client = start(python, "code.handler", Map.of())) {
            assertEndsWithItsServer(client);
        }
    }

    private String initError(Interpreter python, String handler) throws Exception {
        try (var client = start(python, handler, Map.of())) {
            var error = client.initError();
            var json = json(error);
            assertThat(client.exitStatus()).isEqualTo(1);
            assertThat(json.get("requestId").asString()).isEmpty();
            assertThat(error.headers())
                    .containsEntry(
                            "lambda-runtime-function-error-type",
                            json.get("errorType").asString());
            assertThat(client.messages()).hasSize(2);
            assertThat(client.messages().get(0)).startsWith("[WARNING]").contains("LAMBDA_WARNING: Unhandled");
            var said = json.get("errorType").asString() + ": "
                    + json.get("errorMessage").asString();
            assertThat(client.messages().get(1)).startsWith("[ERROR] " + said + "\nTraceback");
            return said;
        }
    }

    private ClientProcess start(Interpreter python, String handler, Map<String, String> variables) throws IOException {
        return ClientProcess.start(python, task(), handler, variables);
    }
}
