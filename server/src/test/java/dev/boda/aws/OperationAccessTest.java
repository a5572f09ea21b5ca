package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.aws.model.OperationModel;
import dev.boda.aws.model.ServiceModel;
import dev.boda.http.FakeExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every operation of the models asks before it acts, those too that are not built yet.
final class OperationAccessTest {

    private static final String CALLER = "arn:aws:sts::000000000000:assumed-role/r/hello";
    private static final String LAMBDA = "arn:aws:lambda:us-east-1:000000000000:";

    private final List<AskedAccess> asked = new ArrayList<>();
    private final List<String> reached = new ArrayList<>();
    private Optional<String> refused = Optional.empty();

    /// All operations, but for those whose input names no resource: they ask by themselves.
    private Endpoint endpoint(ServiceModel model) {
        var operations = ServiceOperations.of(model.name());
        for (var operation : askedHere(model)) {
            operations.<Holder, Holder>on(operation.name(), () -> new Holder(model, operation.input()), (_, _) -> {
                reached.add(operation.name());
                return new Holder(model, operation.output());
            });
        }
        return Endpoint.of(model, Holder.members(), operations.build(), each -> {
            asked.add(each);
            return refused;
        });
    }

    private static List<OperationModel> askedHere(ServiceModel model) {
        return model.operations().values().stream()
                .filter(operation -> operation.access().stream()
                        .noneMatch(fact -> fact.resource().equals(ResourceTemplate.UNKNOWN)))
                .toList();
    }

    private Answer answer(ServiceModel model, FakeExchange exchange) throws Exception {
        var endpoint = endpoint(model);
        try {
            return endpoint.answer(
                            new ServedRequest(exchange, "request-1"),
                            new Caller("000000000000", "us-east-1", ""),
                            Optional.empty())
                    .orElseThrow();
        } catch (ServiceException refusal) {
            return endpoint.protocol().refuse(refusal);
        }
    }

    private List<String> asked() {
        return asked.stream().map(each -> each.action() + " " + each.resource()).toList();
    }

    @TestFactory
    Stream<DynamicTest> noOperationActsForWhoIsRefused() {
        return Stream.of("lambda", "logs")
                .map(ServiceModel::load)
                .flatMap(model -> askedHere(model).stream()
                        .map(operation -> DynamicTest.dynamicTest(operation.name(), () -> refuse(model, operation))));
    }

    private void refuse(ServiceModel model, OperationModel operation) throws Exception {
        reached.clear();
        asked.clear();
        var request = new SampleRequest(model);
        refused = Optional.of(CALLER);
        var answer = answer(model, request.of(operation));
        var action = operation.access().getFirst().action();

        assertThat(new String(answer.body(), UTF_8))
                .contains(
                        "AccessDeniedException"
                                        .equals(answer.headers()
                                                .build()
                                                .first("x-amzn-ErrorType")
                                                .orElse(""))
                                ? "\"Message\":\"User: " + CALLER
                                : "{\"__type\":\"AccessDeniedException\",")
                .contains("User: " + CALLER + " is not authorized to perform: " + action + " on resource: "
                        + asked.getFirst().resource() + " because no identity-based policy allows the " + action
                        + " action");
        assertThat(answer.status()).isEqualTo(model.name().equals("lambda") ? 403 : 400);
        assertThat(reached).isEmpty();

        refused = Optional.empty();
        answer(model, request.of(operation));
        assertThat(reached).containsExactly(operation.name());
    }

    @TestFactory
    Stream<DynamicTest> everyOperationHasItsPermissions() {
        return Stream.of("lambda", "logs")
                .map(ServiceModel::load)
                .flatMap(model -> model.operations().values().stream()
                        .map(operation -> DynamicTest.dynamicTest(operation.name(), () -> {
                            assertThat(operation.access()).isNotEmpty();
                            assertThat(operation.access().getFirst().given()).isNull();
                            assertThat(operation.access())
                                    .allSatisfy(fact ->
                                            assertThat(fact.action()).matches("(lambda|logs|iam):[A-Z][A-Za-z0-9]+"));
                        })));
    }

    @Test
    void anInvocationAsksForInvokeFunctionWithTheQualifierOfTheRequest() throws Exception {
        var model = ServiceModel.load("lambda");
        answer(model, new FakeExchange("POST", "/2015-03-31/functions/hello/invocations?Qualifier=PROD").body("{}"));
        answer(model, new FakeExchange("POST", "/2015-03-31/functions/hello/invocations").body("{}"));

        assertThat(asked())
                .containsExactly(
                        "lambda:InvokeFunction " + LAMBDA + "function:hello:PROD",
                        "lambda:InvokeFunction " + LAMBDA + "function:hello");
    }

    @Test
    void aCallThatDoesSeveralThingsAsksForEach() throws Exception {
        var body = """
                {"FunctionName": "hello", "Role": "arn:aws:iam::000000000000:role/r", "Code": {}, "Runtime": "python3.12",
                 "Handler": "a.b", "Tags": {"team": "blue", "cost": "7"}, "Layers": ["%slayer:l:1", "%slayer:m:2"],
                 "VpcConfig": {"SubnetIds": ["subnet-1", "subnet-2"]}}
                """.formatted(LAMBDA, LAMBDA);
        answer(ServiceModel.load("lambda"), new FakeExchange("POST", "/2015-03-31/functions").body(body));

        assertThat(asked())
                .containsExactly(
                        "lambda:CreateFunction " + LAMBDA + "function:hello",
                        "iam:PassRole arn:aws:iam::000000000000:role/r",
                        "lambda:TagResource " + LAMBDA + "function:hello",
                        "lambda:GetLayerVersion " + LAMBDA + "layer:l:1",
                        "lambda:GetLayerVersion " + LAMBDA + "layer:m:2");
        assertThat(asked.getFirst().conditions().get())
                .containsEntry("lambda:Layer", List.of(LAMBDA + "layer:l:1", LAMBDA + "layer:m:2"))
                .containsEntry("lambda:SubnetIds", List.of("subnet-1", "subnet-2"))
                .containsEntry("aws:RequestTag/team", List.of("blue"))
                .containsEntry("aws:RequestTag/cost", List.of("7"))
                .doesNotContainKeys("lambda:SecurityGroupIds", "lambda:CodeSigningConfigArn");
        assertThat(asked.getFirst().conditions().get().get("aws:TagKeys")).containsExactlyInAnyOrder("team", "cost");
        assertThat(asked.get(1).conditions().get())
                .containsExactly(Map.entry("iam:PassedToService", List.of("lambda.amazonaws.com")));
    }

    @Test
    void anOperationWhoseResourceIsNotInItsInputCannotBeRegistered() {
        var model = ServiceModel.load("logs");
        var operations = ServiceOperations.of("logs")
                .<Holder, Holder>on("GetLogRecord", () -> new Holder(model, null), (input, _) -> input)
                .build();

        assertThatThrownBy(() -> Endpoint.of(model, Holder.members(), operations, _ -> Optional.empty()))
                .hasMessageContaining("GetLogRecord names no resource");
    }
}
