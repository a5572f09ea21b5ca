package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.aws.model.ServiceModel;
import dev.boda.aws.model.Shape;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.document.Document;
import software.amazon.smithy.model.node.Node;
import software.amazon.smithy.model.node.ObjectNode;

/// The parameters of a case as the values that the wire layer reads and writes.
final class SmithyValues {

    private final ServiceModel model;

    SmithyValues(ServiceModel model) {
        this.model = model;
    }

    Holder structure(@Nullable String name, ObjectNode params) {
        var holder = new Holder(model, name);
        if (name != null) {
            var shape = model.structure(name);
            params.getStringMap().forEach((key, node) -> {
                var member = shape.members().get(key);
                if (member == null) {
                    throw new AssertionError(name + " has no member " + key);
                }
                if (!node.isNullNode()) {
                    holder.set(key, value(model.shape(member.shape()), node));
                }
            });
        }
        return holder;
    }

    private @Nullable Object value(Shape shape, Node node) {
        if (node.isNullNode() && !(shape instanceof Shape.Document)) {
            return null;
        }
        return switch (shape) {
            case Shape.Structure structure -> structure(structure.name(), node.expectObjectNode());
            case Shape.Sequence sequence -> {
                var list = new ArrayList<@Nullable Object>();
                node.expectArrayNode()
                        .getElements()
                        .forEach(element -> list.add(value(model.shape(sequence.element()), element)));
                yield list;
            }
            case Shape.Mapping mapping -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                node.expectObjectNode()
                        .getStringMap()
                        .forEach((key, element) -> map.put(key, value(model.shape(mapping.value()), element)));
                yield map;
            }
            case Shape.Text _ -> node.expectStringNode().getValue();
            case Shape.Numeric numeric -> number(numeric.kind(), node);
            case Shape.Bool _ -> node.expectBooleanNode().getValue();
            case Shape.Timestamp _ ->
                Instant.ofEpochMilli(
                        new BigDecimal(node.expectNumberNode().getValue().toString())
                                .movePointRight(3)
                                .longValueExact());
            case Shape.Blob _ -> SdkBytes.fromString(node.expectStringNode().getValue(), UTF_8);
            case Shape.Document _ -> document(node);
        };
    }

    /// What is no finite number stands as its name.
    private static Object number(Shape.Kind kind, Node node) {
        var text = node.isStringNode()
                ? node.expectStringNode().getValue()
                : node.expectNumberNode().getValue().toString();
        return switch (kind) {
            case BYTE -> Byte.valueOf(text);
            case SHORT -> Short.valueOf(text);
            case INTEGER -> Integer.valueOf(text);
            case LONG -> Long.valueOf(text);
            case FLOAT -> Float.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
        };
    }

    private static Document document(Node node) {
        if (node.isStringNode()) {
            return Document.fromString(node.expectStringNode().getValue());
        }
        if (node.isBooleanNode()) {
            return Document.fromBoolean(node.expectBooleanNode().getValue());
        }
        if (node.isNumberNode()) {
            return Document.fromNumber(node.expectNumberNode().getValue().toString());
        }
        if (node.isArrayNode()) {
            return Document.fromList(node.expectArrayNode().getElementsAs(SmithyValues::document));
        }
        if (node.isObjectNode()) {
            var map = new LinkedHashMap<String, Document>();
            node.expectObjectNode().getStringMap().forEach((key, each) -> map.put(key, document(each)));
            return Document.fromMap(map);
        }
        return Document.fromNull();
    }
}
