package dev.boda.aws;

import dev.boda.aws.model.ServiceModel;
import dev.boda.aws.model.Shape;
import dev.boda.aws.model.TimestampFormat;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Writes a value of the SDK's classes as JSON, as the model says: absent members are left out, lists and maps that
/// were set empty are not.
final class JsonWriter {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int USUAL_BYTES = 1024;

    private final ServiceModel model;
    private final SdkMembers members;

    JsonWriter(ServiceModel model, SdkMembers members) {
        this.model = model;
        this.members = members;
    }

    /// The members of `pojo` that stand in a body.
    byte[] write(Shape.Structure shape, SdkPojo pojo) {
        var bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            structure(json, shape, pojo);
        }
        return bytes.toByteArray();
    }

    static byte[] write(Document document) {
        var bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            document(json, document);
        }
        return bytes.toByteArray();
    }

    /// A flat object of texts, numbers and booleans.
    static byte[] write(Map<String, ? extends @Nullable Object> members) {
        var bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            members.forEach((name, value) -> {
                json.writeName(name);
                flat(json, value);
            });
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /// An error's members: what is no flat value as its shape says.
    byte[] write(Shape.@Nullable Structure shape, Map<String, ? extends @Nullable Object> members) {
        var bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            members.forEach((name, value) -> {
                var member = shape == null ? null : shape.members().get(name);
                json.writeName(member == null ? name : member.wireName());
                if (member == null || value == null) {
                    flat(json, value);
                } else {
                    switch (value) {
                        case SdkPojo _, Map<?, ?> _, List<?> _, Instant _, SdkBytes _ ->
                            value(json, model.shape(member.shape()), value, member.timestamp());
                        default -> flat(json, value);
                    }
                }
            });
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void flat(JsonGenerator json, @Nullable Object value) {
        switch (value) {
            case null -> json.writeNull();
            case Boolean bool -> json.writeBoolean(bool);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            default -> json.writeString(value.toString());
        }
    }

    private void structure(JsonGenerator json, Shape.Structure shape, SdkPojo pojo) {
        json.writeStartObject();
        for (var member : shape.body().values()) {
            var value = members.value(pojo, member.name());
            if (value != null) {
                json.writeName(member.wireName());
                value(json, model.shape(member.shape()), value, member.timestamp());
            } else if (member.otherwise() != null) {
                json.writeName(member.wireName());
                json.writeRawValue(member.otherwise());
            }
        }
        json.writeEndObject();
    }

    private void value(JsonGenerator json, Shape shape, @Nullable Object value, @Nullable TimestampFormat ofMember) {
        if (value == null) {
            json.writeNull();
            return;
        }
        switch (shape) {
            case Shape.Structure structure -> structure(json, structure, (SdkPojo) value);
            case Shape.Sequence sequence -> {
                var element = model.shape(sequence.element());
                json.writeStartArray();
                for (var item : (List<?>) value) {
                    value(json, element, item, null);
                }
                json.writeEndArray();
            }
            case Shape.Mapping mapping -> {
                var element = model.shape(mapping.value());
                json.writeStartObject();
                for (var entry : ((Map<?, ?>) value).entrySet()) {
                    json.writeName(entry.getKey().toString());
                    value(json, element, entry.getValue(), null);
                }
                json.writeEndObject();
            }
            case Shape.Text _ -> json.writeString(value.toString());
            case Shape.Numeric _ -> number(json, (Number) value);
            case Shape.Bool _ -> json.writeBoolean((Boolean) value);
            case Shape.Timestamp timestamp ->
                time(json, (Instant) value, ofMember != null ? ofMember : timestamp.format());
            case Shape.Blob _ -> json.writeBinary(((SdkBytes) value).asByteArrayUnsafe());
            case Shape.Document _ -> document(json, (Document) value);
        }
    }

    private static void number(JsonGenerator json, Number value) {
        switch (value) {
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Byte number -> json.writeNumber(number.intValue());
            case Short number -> json.writeNumber(number);
            case Float number when Float.isFinite(number) -> json.writeNumber(number);
            case Double number when Double.isFinite(number) -> json.writeNumber(number);
            default -> json.writeString(value.toString());
        }
    }

    private static void document(JsonGenerator json, Document value) {
        if (value.isMap()) {
            json.writeStartObject();
            value.asMap().forEach((name, each) -> {
                json.writeName(name);
                document(json, each);
            });
            json.writeEndObject();
        } else if (value.isList()) {
            json.writeStartArray();
            value.asList().forEach(each -> document(json, each));
            json.writeEndArray();
        } else if (value.isString()) {
            json.writeString(value.asString());
        } else if (value.isNumber()) {
            json.writeNumber(value.asNumber().stringValue());
        } else if (value.isBoolean()) {
            json.writeBoolean(value.asBoolean());
        } else {
            json.writeNull();
        }
    }

    private static void time(JsonGenerator json, Instant time, @Nullable TimestampFormat format) {
        if (format == null || format == TimestampFormat.EPOCH_SECONDS) {
            json.writeNumber(Times.epochSeconds(time));
        } else {
            json.writeString(Times.format(time, format));
        }
    }
}
