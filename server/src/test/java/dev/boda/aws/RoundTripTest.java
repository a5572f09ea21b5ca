package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.aws.model.OperationModel;
import dev.boda.aws.model.ServiceModel;
import dev.boda.aws.model.Shape;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/// Every structure that stands in a body of either service, filled to the last member, is the same after it was
/// written and read.
final class RoundTripTest {

    private static final int DEPTH = 5;

    static Stream<Arguments> bodies() {
        return Stream.of("lambda", "logs")
                .map(ServiceModel::load)
                .flatMap(model -> model.operations().values().stream()
                        .filter(operation -> !operation.name().equals("InvokeAsync"))
                        .flatMap(operation -> sides(model, operation)));
    }

    private static Stream<Arguments> sides(ServiceModel model, OperationModel operation) {
        return Stream.of("Request", "Response")
                .filter(side -> (side.equals("Request") ? operation.input() : operation.output()) != null)
                .map(side -> Arguments.of(model, operation, side));
    }

    @ParameterizedTest(name = "{1}{2}")
    @MethodSource("bodies")
    void aFilledBodySurvives(ServiceModel model, OperationModel operation, String side) throws Exception {
        var members = new SdkMembers();
        var shape = model.structure(String.valueOf(side.equals("Request") ? operation.input() : operation.output()));
        var type = operation.name() + side;
        var original = filled(model, members, shape, ModelTest.builder(model, type), DEPTH);

        var json = new JsonWriter(model, members).write(shape, original);
        var read = ModelTest.builder(model, type);
        new JsonReader(model, members).read(json, shape, read);
        var copy = (SdkPojo) ((Buildable) read).build();

        for (var member : shape.body().values()) {
            assertThat(members.value(copy, member.name())).isEqualTo(members.value(original, member.name()));
        }
        assertThat(new JsonWriter(model, members).write(shape, copy)).isEqualTo(json);
    }

    private static SdkPojo filled(
            ServiceModel model, SdkMembers members, Shape.Structure shape, SdkPojo builder, int depth) {
        for (var member : shape.body().values()) {
            var field = members.of(builder).get(member.name());
            if (field != null && depth > 0) {
                field.set(builder, value(model, members, model.shape(member.shape()), field, depth - 1));
            }
        }
        return (SdkPojo) ((Buildable) builder).build();
    }

    private static Object value(ServiceModel model, SdkMembers members, Shape shape, SdkField<?> field, int depth) {
        return switch (shape) {
            case Shape.Structure structure ->
                filled(model, members, structure, field.constructor().get(), depth);
            case Shape.Sequence sequence -> {
                var element = field.getTrait(ListTrait.class).memberFieldInfo();
                yield List.of(value(model, members, model.shape(sequence.element()), element, depth));
            }
            case Shape.Mapping mapping -> {
                var element = field.getTrait(MapTrait.class).valueFieldInfo();
                yield Map.of("kéy", value(model, members, model.shape(mapping.value()), element, depth));
            }
            case Shape.Text text ->
                text.values().isEmpty() ? "täxt \"\n" : text.values().getFirst();
            case Shape.Numeric numeric ->
                switch (numeric.kind()) {
                    case BYTE -> (byte) 7;
                    case SHORT -> (short) 7;
                    case INTEGER -> 7;
                    case LONG -> 7_000_000_000L;
                    case FLOAT -> 0.5f;
                    case DOUBLE -> 0.25;
                };
            case Shape.Bool _ -> true;
            case Shape.Timestamp _ -> Instant.parse("2025-11-21T10:19:07.123Z");
            case Shape.Document _ -> Document.fromString("text");
            case Shape.Blob _ -> SdkBytes.fromByteArray(new byte[] {0, 1, -1, 127});
        };
    }
}
