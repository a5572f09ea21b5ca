package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The Node.js client, in every Node.js that this machine has.
class NodeClientTest extends NodeFunctions {

    @ParameterizedTest
    @MethodSource("nodes")
    void aHandlerGetsItsEventAndACompleteContext(Interpreter node) throws Exception {
        file("sub/index.mjs", """
                const greeting = await Promise.resolve('hello');
                export const handler = async (event, context) => ({
                    event, context, greeting, left: context.getRemainingTimeInMillis() > 0,
                    trace: process.env._X_AMZN_TRACE_ID });
                """);
        var headers = Map.of(
                "Lambda-Runtime-Invoked-Function-Arn", "arn:1",
                "Lambda-Runtime-Trace-Id", "Root=1-2",
                "Lambda-Runtime-Client-Context", "{\"custom\":{\"a\":\"ü\"}}");
        for (var runtime : new String[] {NODE_20, NODE_24}) {
            try (var client = start(node, "sub/index.handler", runtime)) {
                var answer = client.api().invoke("r1", "{\"name\":\"Zoë\"}", headers);

                assertThat(answer.path()).isEqualTo("/2018-06-01/runtime/invocation/r1/response");
                var json = json(answer);
                assertThat(json.at("/event/name").asString()).isEqualTo("Zoë");
                assertThat(json.get("greeting").asString()).isEqualTo("hello");
                assertThat(json.get("left").asBoolean()).isTrue();
                assertThat(json.get("trace").asString()).isEqualTo("Root=1-2");
                assertThat(json.get("context").toString())
                        .isEqualTo("{" + (runtime.equals(NODE_20) ? "\"callbackWaitsForEmptyEventLoop\":true," : "")
                                + "\"functionVersion\":\"$LATEST\",\"functionName\":\"greeter\","
                                + "\"memoryLimitInMB\":\"128\",\"logGroupName\":\"/aws/lambda/greeter\","
                                + "\"logStreamName\":\"2026/11/21/[$LATEST]0123\","
                                + "\"clientContext\":{\"custom\":{\"a\":\"ü\"}},"
                                + "\"invokedFunctionArn\":\"arn:1\",\"awsRequestId\":\"r1\""
                                + (runtime.equals(NODE_20) ? "}" : ",\"xRayTraceId\":\"Root=1-2\"}"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aRejectedPromiseIsReportedAndLoggedAsAwsDoes(Interpreter node) throws Exception {
        file("index.mjs", "export const handler = async () => { throw new TypeError('no\\nway'); };");
        for (var runtime : new String[] {NODE_20, NODE_24}) {
            try (var client = start(node, "index.handler", runtime)) {
                var error = client.api().invoke("r1", "{}", Map.of());

                assertThat(error.path()).isEqualTo("/2018-06-01/runtime/invocation/r1/error");
                assertThat(error.headers()).containsEntry("lambda-runtime-function-error-type", "TypeError");
                assertThat(error.text())
                        .startsWith("{\"errorType\":\"TypeError\",\"errorMessage\":\"no\\nway\","
                                + "\"trace\":[\"TypeError: no\",\"way\",\"    at Runtime.handler (file://" + task());
                assertThat(client.messages()).hasSize(1);
                assertThat(client.messages().getFirst())
                        .matches("(?s)\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\tr1\\tERROR\\tInvoke Error \\t"
                                + "\\{\"errorType\":\"TypeError\",\"errorMessage\":\"no\\\\nway\",\"stack\":\\[.*\\n");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void callbacksAnswerUpToNode22(Interpreter node) throws Exception {
        file("index.js", """
                exports.handler = (event, context, callback) => {
                    if (event === 'late') {
                        setTimeout(() => console.log('late'), 50);
                        callback(null, 'waited');
                    } else if (event === 'now') {
                        context.callbackWaitsForEmptyEventLoop = false;
                        setTimeout(() => console.log('too late'), 60_000);
                        callback(null, 'now');
                    } else if (event === 'error') {
                        callback(new Error('said no'));
                    } else if (event === 'text') {
                        callback('just text');
                    } else if (event === 'done') {
                        context.succeed({ ok: true });
                    } else if (event === 'throw') {
                        throw new RangeError('thrown');
                    }
                    return 'ignored';
                };
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(invoke(client, "\"late\"")).isEqualTo("\"waited\"");
            assertThat(client.messages()).hasSize(1);
            assertThat(invoke(client, "\"error\"")).startsWith("{\"errorType\":\"Error\",\"errorMessage\":\"said no\"");
            assertThat(invoke(client, "\"text\""))
                    .isEqualTo("{\"errorType\":\"string\",\"errorMessage\":\"just text\",\"trace\":[]}");
            assertThat(invoke(client, "\"done\"")).isEqualTo("{\"ok\":true}");
            assertThat(invoke(client, "\"throw\"")).startsWith("{\"errorType\":\"RangeError\"");
            assertThat(invoke(client, "\"nothing\"")).isEqualTo("null");
            assertThat(invoke(client, "\"now\"")).isEqualTo("\"now\"");
        }
        assertThat(initError(node, "index.handler", NODE_24))
                .startsWith("Runtime.CallbackHandlerDeprecated: ERROR: AWS Lambda has removed support for"
                        + " callback-based function handlers starting with Node.js 24.");
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void eachContextHasItsOwnWordOnWaitingAlsoWhereItIsWrapped(Interpreter node) throws Exception {
        file("index.js", """
                let first;
                exports.handler = (event, context, callback) => {
                    if (event === 'keep') {
                        first = context;
                        callback(null, Object.getOwnPropertyDescriptor(context, 'callbackWaitsForEmptyEventLoop').get === undefined);
                    } else if (event === 'old') {
                        first.callbackWaitsForEmptyEventLoop = false;
                        callback(null, [first.callbackWaitsForEmptyEventLoop, context.callbackWaitsForEmptyEventLoop]);
                    } else {
                        const wrapped = event === 'proxy' ? new Proxy(context, {}) : Object.create(context);
                        wrapped.callbackWaitsForEmptyEventLoop = false;
                        setTimeout(() => {}, 60_000);
                        callback(null, [wrapped, context].map((it) => it.callbackWaitsForEmptyEventLoop));
                    }
                };
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(invoke(client, "\"keep\"")).isEqualTo("false");
            assertThat(invoke(client, "\"old\"")).isEqualTo("[false,true]");
            assertThat(invoke(client, "\"proxy\"")).isEqualTo("[false,false]");
            assertThat(invoke(client, "\"heir\"")).isEqualTo("[false,false]");
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void fromNode24OnAnAnswerIsWhatTheHandlerReturns(Interpreter node) throws Exception {
        file("index.mjs", """
                export const handler = (event) => event === 'big' ? 10n : event === 'none' ? undefined : 5;
                """);
        try (var client = start(node, "index.handler", NODE_24)) {
            assertThat(invoke(client, "1")).isEqualTo("5");
            assertThat(invoke(client, "\"none\"")).isEqualTo("null");
            assertThat(invoke(client, "\"big\""))
                    .startsWith("{\"errorType\":\"Runtime.JSONStringifyError\","
                            + "\"errorMessage\":\"Unable to stringify response body\"");
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void whatNobodyCatchesIsReportedAndEndsTheProcess(Interpreter node) throws Exception {
        file("index.mjs", """
                export const handler = async (event) => {
                    if (event === 'reject') Promise.reject(new Error('lost'));
                    else setTimeout(() => { throw new Error('thrown'); }, 0);
                    await new Promise((resolve) => setTimeout(resolve, 100));
                };
                """);
        assertThat(unhandled(node, "\"reject\"", 128))
                .startsWith("{\"errorType\":\"Runtime.UnhandledPromiseRejection\",\"errorMessage\":\"Error: lost\"");
        assertThat(unhandled(node, "\"throw\"", 129))
                .startsWith("{\"errorType\":\"Error\",\"errorMessage\":\"thrown\"");
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void afterAnErrorThatNobodyCatchesTheHandlerAnswersNoMore(Interpreter node) throws Exception {
        file("index.mjs", """
                export const handler = async () => {
                    setTimeout(() => { throw new Error('thrown'); }, 0);
                    await new Promise((resolve) => setTimeout(resolve, 50));
                    return 'too late';
                };
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            client.api().take();
            client.api().offer("r1", "1", Map.of());
            var loops = client.api().pause();
            RuntimeApiStub.expect(client.api().takeFromAnother(), "POST", "/2018-06-01/runtime/invocation/r1/error");

            // The error is not answered yet: time enough for the handler to end.
            assertThat(loops.hears(Duration.ofMillis(300))).isFalse();
            client.api().accepted();
            assertThat(client.exitStatus()).isEqualTo(129);
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void anAsyncHandlerThatNeverSettlesIsAnError(Interpreter node) throws Exception {
        file("index.mjs", """
                export const handler = async () => { await new Promise(() => {}); };
                export const plain = () => new Promise(() => {});
                """);
        var error = "{\"errorType\":\"Runtime.NodeJsExit\",\"errorMessage\":\"The Lambda runtime client detected";
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(invoke(client, "1")).startsWith(error);
            assertThat(invoke(client, "2")).startsWith(error);
        }
        try (var client = start(node, "index.plain", NODE_20)) {
            assertThat(invoke(client, "1")).isEqualTo("null");
        }
        try (var client = start(node, "index.plain", NODE_24)) {
            client.api().take();
            client.api().offer("r1", "1", Map.of());
            var report = client.api().takeFromAnother();
            RuntimeApiStub.expect(report, "POST", "/2018-06-01/runtime/invocation/r1/error");
            client.api().accepted();

            assertThat(report.text()).startsWith(error);
            assertThat(client.exitStatus()).isEqualTo(13);
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void severalLinesStayOneMessage(Interpreter node) throws Exception {
        file("index.mjs", """
                console.log('at init');
                export const handler = async () => { console.warn('one\\ntwo %d', 3, { a: 1 }); };
                """);
        try (var client = start(node, "index.handler", NODE_20)) {
            assertThat(invoke(client, "1")).isEqualTo("null");

            assertThat(client.messages()).hasSize(2);
            assertThat(client.messages().get(0)).matches("[\\dT:.Z-]+\\tundefined\\tINFO\\tat init\\n");
            assertThat(client.messages().get(1)).matches("[\\dT:.Z-]+\\tr1\\tWARN\\tone\\ntwo 3 \\{ a: 1 }\\n");
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void eventsComeInAnyHttpFraming(Interpreter node) throws Exception {
        file("index.mjs", "export const handler = async (event) => event.length;");
        try (var client = start(node, "index.handler", NODE_20)) {
            assertUnderstandsAnyHttpFraming(client);
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aServerThatIsGoneEndsTheClient(Interpreter node) throws Exception {
        file("index.mjs", "export const handler = async () => 1;");
        try (var client = start(node, "index.handler", NODE_20)) {
            assertEndsWithItsServer(client);
        }
    }

    private String unhandled(Interpreter node, String event, int status) throws Exception {
        try (var client = start(node, "index.handler", NODE_20)) {
            client.api().take();
            client.api().offer("r1", event, Map.of());
            var error = client.api().takeFromAnother();
            RuntimeApiStub.expect(error, "POST", "/2018-06-01/runtime/invocation/r1/error");
            client.api().accepted();

            assertThat(client.exitStatus()).isEqualTo(status);
            assertThat(client.messages()).hasSize(1);
            return error.text();
        }
    }
}
