package dev.boda.functionurl;

import dev.boda.access.AccessRequest;
import dev.boda.access.CallAccess;
import dev.boda.access.IssuedCredentials;
import dev.boda.access.OpenAuthorizer;
import dev.boda.access.OwnAccess;
import dev.boda.access.PolicyAuthorizer;
import dev.boda.access.ResourcePolicies.Statement;
import dev.boda.aws.KnownKey;
import dev.boda.aws.RequestLog;
import dev.boda.aws.ServiceException;
import dev.boda.aws.SignedCallers;
import dev.boda.engine.EnvironmentUnavailableException;
import dev.boda.engine.Invocation;
import dev.boda.engine.InvocationResult;
import dev.boda.engine.ResponseSink;
import dev.boda.engine.ThrottledException;
import dev.boda.function.CorsRules;
import dev.boda.function.FunctionName;
import dev.boda.function.FunctionTraces;
import dev.boda.function.FunctionUrl;
import dev.boda.function.FunctionUrl.AuthType;
import dev.boda.function.FunctionUrl.InvokeMode;
import dev.boda.function.FunctionVersion;
import dev.boda.function.Snapshots;
import dev.boda.http.FakeExchange;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One function URL whose function is a few lines of the test.
final class UrlUnderTest {

    static final Instant NOW = Instant.parse("2026-11-22T17:03:58.125Z");
    static final String ID = "abcdefghijklmnopqrstuvwxyz012345";
    static final String HOST = ID + ".lambda-url.us-east-1.on.aws";
    static final FunctionName FUNCTION = new FunctionName("111111111111", "us-east-1", "hello");

    /// Only who may do everything has it.
    static final Map<String, Map<String, String>> URL_CONDITION =
            Map.of("StringEquals", Map.of("lambda:FunctionUrlAuthType", "NONE"));

    static final Map<String, Map<String, String>> VIA_URL =
            Map.of("Bool", Map.of("lambda:InvokedViaFunctionUrl", "true"));

    final List<Statement> policy = new CopyOnWriteArrayList<>();
    final List<AccessRequest> asked = new CopyOnWriteArrayList<>();
    final List<Invocation> invoked = new CopyOnWriteArrayList<>();
    final RequestLog requests = new RequestLog();
    final IssuedCredentials issued =
            new IssuedCredentials(new OwnAccess(new OpenAuthorizer(_ -> {}), () -> NOW), new Random(1), () -> NOW);
    AuthType authType = AuthType.NONE;
    InvokeMode invokeMode = InvokeMode.BUFFERED;
    Optional<CorsRules> cors = Optional.empty();
    Optional<String> alias = Optional.empty();
    Function function = answering("{\"statusCode\": 200, \"body\": \"hi\"}");
    Executor readers = task -> Thread.ofPlatform().start(task);
    UnaryOperator<ResponseSink> pace = UnaryOperator.identity();

    @Nullable
    ServiceException unresolved;

    /// What the function does with an event.
    @FunctionalInterface
    interface Function {
        InvocationResult answer(Invocation invocation, ResponseSink sink)
                throws IOException, ThrottledException, EnvironmentUnavailableException, InterruptedException;
    }

    /// Lets everybody in.
    UrlUnderTest() {
        policy.add(new Statement("lambda:InvokeFunctionUrl", Map.of(), URL_CONDITION));
        policy.add(new Statement("lambda:InvokeFunction", Map.of(), VIA_URL));
    }

    static Function answering(String json) {
        return answering("application/json", json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static Function answering(String type, byte[] answer) {
        return (_, sink) -> {
            sink.begin(type, false);
            sink.write(answer, 0, answer.length);
            sink.complete();
            return new InvocationResult.Success(null);
        };
    }

    static Function failing() {
        return (_, _) -> new InvocationResult.FunctionError("Sandbox.Timedout", "Task timed out", null, null);
    }

    FunctionUrl url() {
        return new FunctionUrl(ID, FUNCTION, alias, authType, invokeMode, cors, "", "");
    }

    FunctionUrlDoor door() {
        return new FunctionUrlDoor(new FunctionUrlDoor.Parts(
                "functions.example",
                Set.of("boda.example"),
                id -> id.equals(ID) ? Optional.of(url()) : Optional.empty(),
                _ -> version(),
                this::invoke,
                new CallAccess(
                        new PolicyAuthorizer(_ -> List.copyOf(policy), (request, _) -> asked.add(request)),
                        issued,
                        "test"::equals,
                        () -> NOW),
                new SignedCallers(this::key, "111111111111", () -> NOW),
                new FunctionTraces(() -> NOW, new Random(1)),
                requests,
                pace,
                readers,
                UUID::randomUUID,
                () -> NOW));
    }

    private Optional<KnownKey> key(String id) {
        if (id.equals("test")) {
            return Optional.of(new KnownKey("test", null));
        }
        return issued.find(id)
                .map(session -> new KnownKey(
                        session.credentials().secretAccessKey(),
                        new KnownKey.Session(
                                session.account(),
                                session.credentials().sessionToken(),
                                session.credentials().expiration())));
    }

    private FunctionVersion version() {
        if (unresolved != null) {
            throw unresolved;
        }
        return Snapshots.of(
                "1",
                "111111111111",
                "us-east-1",
                "hello",
                "$LATEST",
                "python3.12",
                "h.h",
                "arn",
                "",
                "x86_64",
                3,
                128,
                512,
                Map.of());
    }

    private InvocationResult invoke(Invocation invocation, ResponseSink sink)
            throws ThrottledException, EnvironmentUnavailableException, InterruptedException {
        invoked.add(invocation);
        try {
            return function.answer(invocation, sink);
        } catch (IOException gone) {
            // As the engine does it: whoever does not take the answer is gone, and the function runs to its end.
            return new InvocationResult.Success(null);
        }
    }

    FakeExchange.Answered answer(FakeExchange exchange) throws Exception {
        door().handle(exchange);
        return exchange.answered();
    }

    static FakeExchange get(String target) {
        return new FakeExchange("GET", target).header("Host", HOST);
    }

    static FakeExchange post(String target) {
        return new FakeExchange("POST", target).header("Host", HOST);
    }

    /// The event of a request that is answered.
    JsonNode event(FakeExchange exchange) throws Exception {
        answer(exchange);
        return JsonMapper.shared().readTree(invoked.getLast().payload());
    }

    List<String> askedActions() {
        var actions = new ArrayList<String>();
        asked.forEach(request -> actions.add(request.action()));
        return actions;
    }
}
