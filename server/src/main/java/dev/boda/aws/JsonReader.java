package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.aws.model.Member;
import dev.boda.aws.model.ServiceModel;
import dev.boda.aws.model.Shape;
import dev.boda.aws.model.TimestampFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// Reads a JSON body into a builder of the SDK, as the model says. Members the model does not know are ignored, a
/// null is an absent member. What is of the wrong type is refused in AWS's words, as measured on several services
/// that share its framework; a body that is no JSON without words, as there.
final class JsonReader {

    /// As many names of ignored members are told; AWS's largest request has a tenth.
    private static final int IGNORED_NAMES = 1_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final ServiceModel model;
    private final SdkMembers members;
    /// The members that have a value where they are absent, by the names of their structures.
    private final Map<String, List<Member>> defaults = new HashMap<>();

    JsonReader(ServiceModel model, SdkMembers members) {
        this.model = model;
        this.members = members;
        for (var shape : model.shapes().values()) {
            if (shape instanceof Shape.Structure structure) {
                var own = structure.body().values().stream()
                        .filter(member -> member.otherwise() != null)
                        .toList();
                if (!own.isEmpty()) {
                    defaults.put(structure.name(), own);
                }
            }
        }
    }

    /// Sets the members of `builder` that stand in `body`. An empty body says nothing.
    ///
    /// @return the names of the members that were ignored
    List<String> read(byte[] body, Shape.Structure shape, SdkPojo builder) {
        if (body.length == 0) {
            setDefaults(shape, builder, Set.of());
            return List.of();
        }
        try (var parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            var token = parser.nextToken();
            if (token == JsonToken.START_ARRAY) {
                throw JsonScalars.unexpected(token);
            }
            if (token != JsonToken.START_OBJECT) {
                throw Refusals.serialization("");
            }
            var reading = new Reading(parser, body);
            reading.members(shape, builder);
            if (parser.nextToken() != null) {
                throw Refusals.serialization("");
            }
            return reading.ignored;
        } catch (JacksonException e) {
            throw Refusals.serialization("");
        }
    }

    /// A whole body of any form.
    Document document(byte[] body) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            parser.nextToken();
            return JsonDocuments.read(parser);
        } catch (JacksonException e) {
            throw Refusals.serialization("");
        }
    }

    /// @param set the names of the members that have a value
    private void setDefaults(Shape.Structure shape, SdkPojo builder, Set<String> set) {
        var fields = members.of(builder);
        for (var member : defaults.getOrDefault(shape.name(), List.of())) {
            var field = fields.get(member.name());
            if (field == null || set.contains(member.name())) {
                continue;
            }
            var json = String.valueOf(member.otherwise()).getBytes(UTF_8);
            try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
                parser.nextToken();
                field.set(
                        builder,
                        new Reading(parser, json).value(model.shape(member.shape()), field, member.timestamp()));
            }
        }
    }

    /// One body being read.
    private final class Reading {

        private final JsonParser parser;
        private final JsonScalars scalars;
        private final List<String> ignored = new ArrayList<>(0);

        Reading(JsonParser parser, byte[] body) {
            this.parser = parser;
            this.scalars = new JsonScalars(parser, body, model.lenient());
        }

        /// How many were there; one that the model does not know counts twice, `__type` not at all.
        int members(Shape.Structure shape, SdkPojo builder) {
            int count = 0;
            var fields = members.of(builder);
            var set = defaults.containsKey(shape.name()) ? new HashSet<String>() : null;
            for (var name = parser.nextName(); name != null; name = parser.nextName()) {
                if (parser.nextToken() != JsonToken.VALUE_NULL && !name.equals("__type")) {
                    count++;
                }
                var member = shape.body().get(name);
                var field = member == null ? null : fields.get(member.name());
                if (member == null || field == null) {
                    count += name.equals("__type") ? 0 : 1;
                    if (parser.currentToken() != JsonToken.VALUE_NULL && ignored.size() < IGNORED_NAMES) {
                        ignored.add(name);
                    }
                    parser.skipChildren();
                    continue;
                }
                var value = value(model.shape(member.shape()), field, member.timestamp());
                if (value != null) {
                    field.set(builder, value);
                    if (set != null) {
                        set.add(member.name());
                    }
                }
            }
            if (set != null) {
                setDefaults(shape, builder, set);
            }
            return count;
        }

        private @Nullable Object value(Shape shape, SdkField<?> field, @Nullable TimestampFormat ofMember) {
            var token = parser.currentToken();
            if (token == JsonToken.VALUE_NULL) {
                return shape instanceof Shape.Document ? Document.fromNull() : null;
            }
            return switch (shape) {
                case Shape.Structure structure -> structure(structure, field);
                case Shape.Sequence sequence -> sequence(sequence, field);
                case Shape.Mapping mapping -> mapping(mapping, field);
                case Shape.Text _ -> scalars.text();
                case Shape.Numeric numeric -> scalars.number(numeric);
                case Shape.Bool _ -> scalars.bool();
                case Shape.Timestamp timestamp -> scalars.time(ofMember != null ? ofMember : timestamp.format());
                case Shape.Blob _ -> scalars.blob();
                case Shape.Document _ -> JsonDocuments.read(parser);
            };
        }

        private Object structure(Shape.Structure shape, SdkField<?> field) {
            scalars.expect(JsonToken.START_OBJECT, JsonToken.START_ARRAY, "Expected null");
            var builder = field.constructor().get();
            int set = members(shape, builder);
            if (shape.union() && set != 1) {
                throw Refusals.serialization("");
            }
            return ((Buildable) builder).build();
        }

        private Object sequence(Shape.Sequence shape, SdkField<?> field) {
            scalars.expect(JsonToken.START_ARRAY, JsonToken.START_OBJECT, "Expected list or null");
            var element = model.shape(shape.element());
            var elementField = field.getTrait(ListTrait.class).memberFieldInfo();
            var values = new ArrayList<@Nullable Object>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                values.add(value(element, elementField, null));
            }
            return values;
        }

        private Object mapping(Shape.Mapping shape, SdkField<?> field) {
            scalars.expect(JsonToken.START_OBJECT, JsonToken.START_ARRAY, "Expected map or null");
            var element = model.shape(shape.value());
            var elementField = field.getTrait(MapTrait.class).valueFieldInfo();
            var values = new LinkedHashMap<String, @Nullable Object>();
            for (var name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                values.put(name, value(element, elementField, null));
            }
            return values;
        }
    }
}
