package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.aws.model.OperationModel;
import dev.boda.aws.model.ServiceModel;
import dev.boda.aws.model.Shape;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

/// The facts against the router and against the SDK's classes.
final class ModelTest {

    private static final Map<String, String> SDK_PACKAGES = Map.of(
            "lambda", "software.amazon.awssdk.services.lambda.model.",
            "logs", "software.amazon.awssdk.services.cloudwatchlogs.model.");

    private static final ServiceModel LAMBDA = ServiceModel.load("lambda");

    /// Members of the models that the SDK's classes do not hold under their name: bodies that stream.
    private static final Set<String> UNBOUND = Set.of(
            "lambda InvokeWithResponseStreamResponse.EventStream",
            "logs GetLogObjectResponse.fieldStream",
            "logs StartLiveTailResponse.responseStream");

    /// Operations that the SDK has dropped.
    private static final Set<String> NOT_IN_SDK = Set.of("InvokeAsync");

    static Stream<ServiceModel> models() {
        return SDK_PACKAGES.keySet().stream().sorted().map(ServiceModel::load);
    }

    static Stream<OperationModel> restOperations() {
        return LAMBDA.operations().values().stream();
    }

    @ParameterizedTest
    @MethodSource("restOperations")
    void everyRestOperationIsFoundByItsOwnPath(OperationModel operation) {
        var router = new RestRouter(LAMBDA.operations().values());
        var path = new StringBuilder();
        for (var segment : operation.uri().segments()) {
            path.append('/').append(segment.label() ? "arn%3Aaws%3As3%3A%3A%3Aa%2Fb" : segment.text());
        }
        var query = String.join(
                "&",
                operation.uri().query().entrySet().stream()
                        .map(literal -> literal.getKey() + "=" + literal.getValue())
                        .toList());

        for (var variant : List.of(path.toString(), path + "/")) {
            var route = router.route(operation.method(), variant, query).orElseThrow();
            assertThat(route.operation().name()).isEqualTo(operation.name());
            assertThat(route.labels().values()).allMatch("arn:aws:s3:::a/b"::equals);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyMemberBindsToTheSdkByName(ServiceModel model) throws Exception {
        var unbound = new HashSet<String>();
        for (var operation : model.operations().values()) {
            if (NOT_IN_SDK.contains(operation.name())) {
                continue;
            }
            for (var side : List.of("Request", "Response")) {
                var shape = side.equals("Request") ? operation.input() : operation.output();
                if (shape != null) {
                    bind(
                            model,
                            model.structure(shape),
                            builder(model, operation.name() + side),
                            unbound,
                            new HashSet<>());
                }
            }
        }

        assertThat(unbound).isSubsetOf(UNBOUND);
        assertThat(unbound)
                .containsExactlyInAnyOrderElementsOf(UNBOUND.stream()
                        .filter(name -> name.startsWith(model.name() + " "))
                        .toList());
    }

    private static void bind(
            ServiceModel model, Shape.Structure shape, SdkPojo pojo, Set<String> unbound, Set<Class<?>> seen) {
        if (!seen.add(pojo.getClass())) {
            return;
        }
        var fields = new SdkMembers().of(pojo);
        for (var member : shape.members().values()) {
            var field = fields.get(member.name());
            if (field == null) {
                unbound.add(model.name() + " " + shape.name() + "." + member.name());
            } else {
                bind(model, model.shape(member.shape()), field, unbound, seen);
            }
        }
    }

    private static void bind(
            ServiceModel model, Shape shape, SdkField<?> field, Set<String> unbound, Set<Class<?>> seen) {
        switch (shape) {
            case Shape.Structure structure ->
                bind(model, structure, field.constructor().get(), unbound, seen);
            case Shape.Sequence sequence ->
                bind(
                        model,
                        model.shape(sequence.element()),
                        field.getTrait(ListTrait.class).memberFieldInfo(),
                        unbound,
                        seen);
            case Shape.Mapping mapping ->
                bind(
                        model,
                        model.shape(mapping.value()),
                        field.getTrait(MapTrait.class).valueFieldInfo(),
                        unbound,
                        seen);
            case Shape.Text _ ->
                assertThat(field.marshallingType().getTargetClass()).isEqualTo(String.class);
            case Shape.Numeric numeric ->
                assertThat(field.marshallingType().getTargetClass().getSimpleName())
                        .isEqualToIgnoringCase(numeric.kind().name());
            case Shape.Bool _ ->
                assertThat(field.marshallingType().getTargetClass()).isEqualTo(Boolean.class);
            case Shape.Timestamp _ ->
                assertThat(field.marshallingType().getTargetClass().getSimpleName())
                        .isEqualTo("Instant");
            case Shape.Blob _ ->
                assertThat(field.marshallingType().getTargetClass().getSimpleName())
                        .isEqualTo("SdkBytes");
            case Shape.Document _ ->
                assertThat(field.marshallingType().getTargetClass().getSimpleName())
                        .isEqualTo("Document");
        }
    }

    static SdkPojo builder(ServiceModel model, String type) throws ReflectiveOperationException {
        Method builder = Class.forName(SDK_PACKAGES.get(model.name()) + type).getMethod("builder");
        return (SdkPojo) builder.invoke(null);
    }

    @Test
    void theOverlayReplacesTheModelsFacts() {
        var lambda = ServiceModel.load("lambda");
        var name = (Shape.Text) lambda.shape("FunctionName");
        var runtime = (Shape.Text) lambda.shape("Runtime");

        assertThat(name.pattern()).asString().contains("(eusc-)?");
        assertThat(name.length().max()).isEqualTo(140);
        assertThat(runtime.values()).isEmpty();
        assertThat(Optional.ofNullable(lambda.operations().get("Invoke"))
                        .orElseThrow()
                        .bodyLimit())
                .isEqualTo(new OperationModel.BodyLimit(
                        6_291_456, "Request must be smaller than 6291456 bytes for the InvokeFunction operation"));
    }

    /// As tools/models/reduce.py does when it writes the facts anew.
    @ParameterizedTest
    @ValueSource(strings = {"lambda", "logs"})
    void theOverlayStillSpeaksOfTheModelItWasWrittenFor(String service) throws IOException {
        var facts = json("models", service);
        var overlay = json("overlay", service);

        for (var kind : List.of("operations", "shapes")) {
            for (var entry : overlay.path(kind).properties()) {
                var fact = facts.path(kind).path(entry.getKey());
                assertThat(fact.isObject()).as(entry.getKey()).isTrue();
                assertThat(entry.getValue().path("source").asString("")).isNotEmpty();
                for (var then : entry.getValue().path("model").properties()) {
                    var now = fact.has(then.getKey()) ? fact.get(then.getKey()) : NullNode.getInstance();
                    assertThat(now).as(entry.getKey() + "." + then.getKey()).isEqualTo(then.getValue());
                }
            }
        }
    }

    private static JsonNode json(String folder, String service) throws IOException {
        try (var stream = ModelTest.class.getResourceAsStream(folder + "/" + service + ".json")) {
            return new JsonMapper().readTree(stream);
        }
    }

    @Test
    void aModelIsReadInAFractionOfASecond() {
        long start = System.nanoTime();
        ServiceModel.load("lambda");
        ServiceModel.load("logs");
        long millis = (System.nanoTime() - start) / 1_000_000;

        assertThat(millis).isLessThan(1_000);
    }

    @Test
    void shapesThatContainThemselvesAreRead() {
        var logs = ServiceModel.load("logs");
        var field = logs.structure("LogFieldType");
        var list = new ArrayList<String>(field.members().keySet());

        assertThat(list).contains("fields");
        assertThat(logs.structure("LogFieldType").members().get("fields")).isNotNull();
    }
}
