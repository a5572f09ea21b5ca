package dev.boda.aws.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the committed facts of a service and lays the overlay over them.
final class FactsReader {

    private final String service;

    FactsReader(String service) {
        this.service = service;
    }

    ServiceModel read() {
        var mapper = new JsonMapper();
        var facts = tree(mapper, "models");
        var overlay = tree(mapper, "overlay");
        var access = tree(mapper, "access").path("operations");
        lay(overlay.path("operations"), facts.path("operations"));
        lay(overlay.path("shapes"), facts.path("shapes"));
        var metadata = facts.path("metadata");
        return new ServiceModel(
                service,
                metadata.path("protocol").stringValue(),
                metadata.path("apiVersion").stringValue(),
                metadata.path("signingName").stringValue(),
                metadata.path("endpointPrefix").stringValue(),
                text(metadata, "targetPrefix"),
                text(metadata, "jsonVersion"),
                "botocore " + facts.path("botocore").stringValue(),
                overlay.path("validation").path("code").stringValue(),
                overlay.path("reading").path("lenient").asBoolean(false),
                metadata.has("awsQueryCompatible"),
                text(overlay.path("errors"), "prefix"),
                operations(facts.path("operations"), access),
                shapes(facts.path("shapes")));
    }

    private JsonNode tree(JsonMapper mapper, String folder) {
        var path = "/dev/boda/aws/" + folder + "/" + service + ".json";
        try (var stream = FactsReader.class.getResourceAsStream(path)) {
            if (stream == null) {
                throw new IllegalArgumentException("There is no model of " + service + ": " + path);
            }
            return mapper.readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What the overlay sets replaces the model's fact; a null takes it away.
    private static void lay(JsonNode overlay, JsonNode facts) {
        for (var entry : overlay.properties()) {
            if (!(facts.get(entry.getKey()) instanceof ObjectNode target)) {
                throw new IllegalArgumentException("The overlay's " + entry.getKey() + " is not in the model");
            }
            for (var fact : entry.getValue().path("set").properties()) {
                if (fact.getValue().isNull()) {
                    target.remove(fact.getKey());
                } else {
                    target.set(fact.getKey(), fact.getValue());
                }
            }
        }
    }

    private static Map<String, OperationModel> operations(JsonNode facts, JsonNode access) {
        for (var name : access.propertyNames()) {
            if (!facts.has(name)) {
                throw new IllegalArgumentException("There are permissions of " + name + ", which the model has not");
            }
        }
        var operations = new LinkedHashMap<String, OperationModel>();
        for (var entry : facts.properties()) {
            var operation = entry.getValue();
            operations.put(
                    entry.getKey(),
                    new OperationModel(
                            entry.getKey(),
                            operation.path("method").stringValue(),
                            UriTemplate.parse(operation.path("uri").stringValue()),
                            operation.path("code").asInt(),
                            text(operation, "input"),
                            text(operation, "output"),
                            texts(operation.path("errors")),
                            bodyLimit(operation.path("bodyLimit")),
                            text(operation, "contentType"),
                            access(access.path(entry.getKey()))));
        }
        return operations;
    }

    private static List<AccessFact> access(JsonNode facts) {
        var access = new ArrayList<AccessFact>(facts.size());
        for (var fact : facts) {
            var conditions = new LinkedHashMap<String, String>();
            fact.path("conditions")
                    .properties()
                    .forEach(condition -> conditions.put(
                            condition.getKey(), condition.getValue().stringValue()));
            access.add(new AccessFact(
                    fact.path("action").stringValue(),
                    fact.path("resource").stringValue(),
                    text(fact, "given"),
                    conditions));
        }
        return List.copyOf(access);
    }

    private static OperationModel.@Nullable BodyLimit bodyLimit(JsonNode limit) {
        return limit instanceof MissingNode
                ? null
                : new OperationModel.BodyLimit(
                        limit.path("bytes").asInt(), limit.path("message").stringValue());
    }

    private static Map<String, Shape> shapes(JsonNode facts) {
        var shapes = new LinkedHashMap<String, Shape>();
        for (var entry : facts.properties()) {
            shapes.put(entry.getKey(), shape(entry.getKey(), entry.getValue()));
        }
        return shapes;
    }

    private static Shape shape(String name, JsonNode facts) {
        boolean sensitive = facts.path("sensitive").asBoolean(false);
        if (facts.path("document").asBoolean(false)) {
            return new Shape.Document(name, sensitive);
        }
        var type = facts.path("type").stringValue();
        return switch (type) {
            case "structure" -> structure(name, sensitive, facts);
            case "list" ->
                new Shape.Sequence(
                        name,
                        sensitive,
                        facts.path("member").path("shape").stringValue(),
                        range(facts),
                        facts.path("unique").asBoolean(false),
                        facts.path("sparse").asBoolean(false),
                        facts.path("memberNotNull").asBoolean(false));
            case "map" ->
                new Shape.Mapping(
                        name,
                        sensitive,
                        facts.path("key").path("shape").stringValue(),
                        facts.path("value").path("shape").stringValue(),
                        range(facts),
                        facts.path("sparse").asBoolean(false),
                        facts.path("keyNotNull").asBoolean(false),
                        facts.path("valueNotNull").asBoolean(false));
            case "string", "character" -> {
                var pattern = text(facts, "pattern");
                yield new Shape.Text(
                        name,
                        sensitive,
                        range(facts),
                        pattern == null ? null : Pattern.compile(pattern),
                        texts(facts.path("enum")));
            }
            case "integer" -> new Shape.Numeric(name, sensitive, Shape.Kind.INTEGER, range(facts));
            case "long" -> new Shape.Numeric(name, sensitive, Shape.Kind.LONG, range(facts));
            case "float" -> new Shape.Numeric(name, sensitive, Shape.Kind.FLOAT, range(facts));
            case "double" -> new Shape.Numeric(name, sensitive, Shape.Kind.DOUBLE, range(facts));
            case "boolean" -> new Shape.Bool(name, sensitive);
            case "timestamp" -> new Shape.Timestamp(name, sensitive, timestamp(facts));
            case "blob" -> new Shape.Blob(name, sensitive, range(facts));
            default -> throw new IllegalArgumentException(name + " is of an unknown type " + type);
        };
    }

    private static Shape.Structure structure(String name, boolean sensitive, JsonNode facts) {
        Set<String> required = new HashSet<>(texts(facts.path("required")));
        var members = new LinkedHashMap<String, Member>();
        var body = new LinkedHashMap<String, Member>();
        for (var entry : facts.path("members").properties()) {
            var member = member(entry.getKey(), entry.getValue(), required.contains(entry.getKey()));
            members.put(member.name(), member);
            if (member.location() == Member.Location.BODY) {
                body.put(member.wireName(), member);
            }
        }
        return new Shape.Structure(
                name,
                sensitive,
                members,
                body,
                text(facts, "payload"),
                facts.path("union").asBoolean(false),
                facts.path("exception").asBoolean(false),
                facts.path("error").path("httpStatusCode").asInt(0),
                queryError(facts.path("error")));
    }

    private static @Nullable String queryError(JsonNode error) {
        var code = text(error, "code");
        return code == null ? null : code + (error.path("senderFault").asBoolean(false) ? ";Sender" : ";Receiver");
    }

    private static Member member(String name, JsonNode facts, boolean required) {
        var location = switch (facts.path("location").asString("")) {
            case "" -> Member.Location.BODY;
            case "uri" -> Member.Location.URI;
            case "querystring" -> Member.Location.QUERY;
            case "header" -> Member.Location.HEADER;
            case "headers" -> Member.Location.HEADERS;
            case "statusCode" -> Member.Location.STATUS;
            default -> throw new IllegalArgumentException(name + " stands at " + facts.path("location"));
        };
        return new Member(
                name,
                facts.path("locationName").asString(name),
                facts.path("shape").stringValue(),
                location,
                required,
                timestamp(facts),
                facts.has("default") ? facts.path("default").toString() : null);
    }

    private static @Nullable TimestampFormat timestamp(JsonNode facts) {
        return switch (facts.path("timestampFormat").asString("")) {
            case "" -> null;
            case "unixTimestamp" -> TimestampFormat.EPOCH_SECONDS;
            case "iso8601" -> TimestampFormat.DATE_TIME;
            case "rfc822" -> TimestampFormat.HTTP_DATE;
            default -> throw new IllegalArgumentException("Unknown format of time " + facts.path("timestampFormat"));
        };
    }

    private static Range range(JsonNode facts) {
        if (!facts.has("min") && !facts.has("max")) {
            return Range.ANY;
        }
        return new Range(
                facts.path("min").asDouble(Range.ANY.min()), facts.path("max").asDouble(Range.ANY.max()));
    }

    private static @Nullable String text(JsonNode facts, String name) {
        return facts.path(name).asString(null);
    }

    private static List<String> texts(JsonNode facts) {
        var texts = new ArrayList<String>(facts.size());
        for (var text : facts) {
            texts.add(text.stringValue());
        }
        return List.copyOf(texts);
    }
}
