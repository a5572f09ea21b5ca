package dev.boda.aws;

import dev.boda.aws.model.Member;
import dev.boda.aws.model.OperationModel;
import dev.boda.aws.model.Range;
import dev.boda.aws.model.ServiceModel;
import dev.boda.aws.model.Shape;
import dev.boda.aws.model.TimestampFormat;
import dev.boda.aws.model.UriTemplate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.smithy.model.Model;
import software.amazon.smithy.model.knowledge.TopDownIndex;
import software.amazon.smithy.model.node.Node;
import software.amazon.smithy.model.shapes.MemberShape;
import software.amazon.smithy.model.shapes.OperationShape;
import software.amazon.smithy.model.shapes.ServiceShape;
import software.amazon.smithy.model.shapes.ShapeId;
import software.amazon.smithy.model.traits.DefaultTrait;
import software.amazon.smithy.model.traits.ErrorTrait;
import software.amazon.smithy.model.traits.HttpErrorTrait;
import software.amazon.smithy.model.traits.HttpHeaderTrait;
import software.amazon.smithy.model.traits.HttpLabelTrait;
import software.amazon.smithy.model.traits.HttpPayloadTrait;
import software.amazon.smithy.model.traits.HttpPrefixHeadersTrait;
import software.amazon.smithy.model.traits.HttpQueryParamsTrait;
import software.amazon.smithy.model.traits.HttpQueryTrait;
import software.amazon.smithy.model.traits.HttpResponseCodeTrait;
import software.amazon.smithy.model.traits.HttpTrait;
import software.amazon.smithy.model.traits.JsonNameTrait;
import software.amazon.smithy.model.traits.LengthTrait;
import software.amazon.smithy.model.traits.MediaTypeTrait;
import software.amazon.smithy.model.traits.PatternTrait;
import software.amazon.smithy.model.traits.RangeTrait;
import software.amazon.smithy.model.traits.SensitiveTrait;
import software.amazon.smithy.model.traits.SparseTrait;
import software.amazon.smithy.model.traits.TimestampFormatTrait;
import software.amazon.smithy.model.traits.Trait;
import software.amazon.smithy.model.traits.UniqueItemsTrait;

/// A service of a Smithy model as the facts that the wire layer reads, such as AWS's services come to it by botocore:
/// what that form cannot say is not said.
final class SmithyFacts {

    private static final ShapeId UNIT = ShapeId.from("smithy.api#Unit");

    private final Model model;
    private final Map<ShapeId, String> names = new LinkedHashMap<>();
    private final Map<String, Shape> shapes = new LinkedHashMap<>();
    private final boolean rest;

    private SmithyFacts(Model model, boolean rest) {
        this.model = model;
        this.rest = rest;
    }

    /// @param protocol `restJson1`, `awsJson1_0`, `awsJson1_1`
    static ServiceModel of(Model model, ServiceShape service, String protocol) {
        var facts = new SmithyFacts(model, protocol.equals("restJson1"));
        var operations = new LinkedHashMap<String, OperationModel>();
        for (var operation : TopDownIndex.of(model).getContainedOperations(service)) {
            operations.put(operation.getId().getName(), facts.operation(operation));
        }
        return new ServiceModel(
                service.getId().getName(),
                facts.rest ? "rest-json" : "json",
                service.getVersion(),
                "smithy",
                "smithy",
                service.getId().getName(),
                protocol.substring(protocol.length() - 3).replace('_', '.'),
                "smithy-aws-protocol-tests",
                "ValidationException",
                false,
                service.hasTrait("aws.protocols#awsQueryCompatible"),
                protocol.equals("awsJson1_0") ? service.getId().getNamespace() + "#" : null,
                operations,
                facts.shapes);
    }

    private OperationModel operation(OperationShape operation) {
        var http = operation.getTrait(HttpTrait.class);
        var output = structure(operation.getOutputShape());
        var errors = operation.getErrorsSet().stream().map(this::named).toList();
        return new OperationModel(
                operation.getId().getName(),
                http.map(HttpTrait::getMethod).orElse("POST"),
                UriTemplate.parse(http.map(trait -> trait.getUri().toString()).orElse("/")),
                http.map(HttpTrait::getCode).orElse(200),
                structure(operation.getInputShape()),
                output,
                errors,
                null,
                contentType(operation.getOutputShape()),
                List.of());
    }

    private @Nullable String contentType(ShapeId output) {
        return model.expectShape(output).members().stream()
                .filter(member -> member.hasTrait(HttpPayloadTrait.class))
                .flatMap(member -> member.getMemberTrait(model, MediaTypeTrait.class).stream())
                .map(MediaTypeTrait::getValue)
                .findFirst()
                .orElse(null);
    }

    private @Nullable String structure(ShapeId id) {
        return id.equals(UNIT) ? null : named(id);
    }

    /// The name of a shape among the facts: its own, or its whole id where another namespace took the name.
    private String named(ShapeId id) {
        var known = names.get(id);
        if (known != null) {
            return known;
        }
        var name = names.containsValue(id.getName()) ? id.toString() : id.getName();
        names.put(id, name);
        shapes.put(name, shape(name, model.expectShape(id), null));
        return name;
    }

    /// A member's shape: its target, or one of its own if it has constraints of its own.
    private String shapeOf(MemberShape member) {
        boolean own = List.of(LengthTrait.class, RangeTrait.class, PatternTrait.class, UniqueItemsTrait.class).stream()
                .anyMatch(member::hasTrait);
        if (!own) {
            return named(member.getTarget());
        }
        var name = member.getId().toString();
        shapes.put(name, shape(name, model.expectShape(member.getTarget()), member));
        return name;
    }

    private Shape shape(String name, software.amazon.smithy.model.shapes.Shape target, @Nullable MemberShape member) {
        boolean sensitive = target.hasTrait(SensitiveTrait.class);
        return switch (target.getType()) {
            case STRUCTURE, UNION -> structure(name, target, sensitive);
            case LIST, SET ->
                new Shape.Sequence(
                        name,
                        sensitive,
                        shapeOf(target.asListShape().orElseThrow().getMember()),
                        length(target, member),
                        trait(target, member, UniqueItemsTrait.class).isPresent(),
                        target.hasTrait(SparseTrait.class),
                        false);
            case MAP -> {
                var map = target.asMapShape().orElseThrow();
                yield new Shape.Mapping(
                        name,
                        sensitive,
                        shapeOf(map.getKey()),
                        shapeOf(map.getValue()),
                        length(target, member),
                        target.hasTrait(SparseTrait.class),
                        false,
                        false);
            }
            case STRING, ENUM ->
                new Shape.Text(name, sensitive, length(target, member), pattern(target, member), values(target));
            case BYTE -> new Shape.Numeric(name, sensitive, Shape.Kind.BYTE, range(target, member));
            case SHORT -> new Shape.Numeric(name, sensitive, Shape.Kind.SHORT, range(target, member));
            case INTEGER, INT_ENUM -> new Shape.Numeric(name, sensitive, Shape.Kind.INTEGER, range(target, member));
            case LONG -> new Shape.Numeric(name, sensitive, Shape.Kind.LONG, range(target, member));
            case FLOAT -> new Shape.Numeric(name, sensitive, Shape.Kind.FLOAT, range(target, member));
            case DOUBLE -> new Shape.Numeric(name, sensitive, Shape.Kind.DOUBLE, range(target, member));
            case BOOLEAN -> new Shape.Bool(name, sensitive);
            case TIMESTAMP -> new Shape.Timestamp(name, sensitive, timestamp(target));
            case BLOB -> new Shape.Blob(name, sensitive, length(target, member));
            case DOCUMENT -> new Shape.Document(name, sensitive);
            default -> throw new IllegalArgumentException(name + " is " + target.getType());
        };
    }

    private Shape structure(String name, software.amazon.smithy.model.shapes.Shape target, boolean sensitive) {
        var members = new LinkedHashMap<String, Member>();
        var body = new LinkedHashMap<String, Member>();
        @Nullable String payload = null;
        for (var each : target.members()) {
            var member = member(each);
            members.put(member.name(), member);
            if (member.location() == Member.Location.BODY) {
                body.put(member.wireName(), member);
            }
            if (rest && each.hasTrait(HttpPayloadTrait.class)) {
                payload = member.name();
            }
        }
        return new Shape.Structure(
                name,
                sensitive,
                members,
                body,
                payload,
                target.isUnionShape(),
                target.hasTrait(ErrorTrait.class),
                status(target),
                queryError(target));
    }

    private static @Nullable String queryError(software.amazon.smithy.model.shapes.Shape target) {
        return target.findTrait("aws.protocols#awsQueryError")
                .map(trait -> trait.toNode()
                                .expectObjectNode()
                                .expectStringMember("code")
                                .getValue()
                        + (target.expectTrait(ErrorTrait.class).isClientError() ? ";Sender" : ";Receiver"))
                .orElse(null);
    }

    private static int status(software.amazon.smithy.model.shapes.Shape target) {
        return target.getTrait(HttpErrorTrait.class)
                .map(HttpErrorTrait::getCode)
                .or(() -> target.getTrait(ErrorTrait.class).map(ErrorTrait::getDefaultHttpStatusCode))
                .orElse(0);
    }

    private Member member(MemberShape member) {
        var location = Member.Location.BODY;
        var wireName = member.getMemberName();
        if (rest) {
            wireName = member.getTrait(JsonNameTrait.class)
                    .map(JsonNameTrait::getValue)
                    .orElse(wireName);
            if (member.hasTrait(HttpLabelTrait.class)) {
                location = Member.Location.URI;
            } else if (member.hasTrait(HttpQueryTrait.class)) {
                location = Member.Location.QUERY;
                wireName = member.expectTrait(HttpQueryTrait.class).getValue();
            } else if (member.hasTrait(HttpQueryParamsTrait.class)) {
                location = Member.Location.QUERY;
            } else if (member.hasTrait(HttpHeaderTrait.class)) {
                location = Member.Location.HEADER;
                wireName = member.expectTrait(HttpHeaderTrait.class).getValue();
            } else if (member.hasTrait(HttpPrefixHeadersTrait.class)) {
                location = Member.Location.HEADERS;
                wireName = member.expectTrait(HttpPrefixHeadersTrait.class).getValue();
            } else if (member.hasTrait(HttpResponseCodeTrait.class)) {
                location = Member.Location.STATUS;
            }
        }
        return new Member(
                member.getMemberName(),
                wireName,
                shapeOf(member),
                location,
                member.isRequired(),
                timestamp(member),
                otherwise(member));
    }

    private static @Nullable String otherwise(MemberShape member) {
        return member.getTrait(DefaultTrait.class)
                .map(DefaultTrait::toNode)
                .filter(node -> !node.isNullNode())
                .map(Node::printJson)
                .orElse(null);
    }

    private static @Nullable TimestampFormat timestamp(software.amazon.smithy.model.shapes.Shape shape) {
        var trait = shape.getTrait(TimestampFormatTrait.class).orElse(null);
        return trait == null
                ? null
                : switch (trait.getFormat()) {
                    case EPOCH_SECONDS -> TimestampFormat.EPOCH_SECONDS;
                    case DATE_TIME -> TimestampFormat.DATE_TIME;
                    case HTTP_DATE -> TimestampFormat.HTTP_DATE;
                    case UNKNOWN -> null;
                };
    }

    private static Range length(software.amazon.smithy.model.shapes.Shape target, @Nullable MemberShape member) {
        return trait(target, member, LengthTrait.class)
                .map(length -> new Range(
                        length.getMin().map(Long::doubleValue).orElse(Range.ANY.min()),
                        length.getMax().map(Long::doubleValue).orElse(Range.ANY.max())))
                .orElse(Range.ANY);
    }

    private static Range range(software.amazon.smithy.model.shapes.Shape target, @Nullable MemberShape member) {
        return trait(target, member, RangeTrait.class)
                .map(range -> new Range(
                        range.getMin().map(Number::doubleValue).orElse(Range.ANY.min()),
                        range.getMax().map(Number::doubleValue).orElse(Range.ANY.max())))
                .orElse(Range.ANY);
    }

    private static @Nullable Pattern pattern(
            software.amazon.smithy.model.shapes.Shape target, @Nullable MemberShape member) {
        return trait(target, member, PatternTrait.class)
                .map(PatternTrait::getPattern)
                .orElse(null);
    }

    /// An enumeration's values, those that only its insiders know too.
    private static List<String> values(software.amazon.smithy.model.shapes.Shape target) {
        return target.asEnumShape()
                .map(shape -> List.copyOf(shape.getEnumValues().values()))
                .orElseGet(() -> target.findTrait("smithy.api#enum").stream()
                        .flatMap(trait -> trait.toNode().expectArrayNode().getElements().stream())
                        .map(each -> each.expectObjectNode()
                                .expectStringMember("value")
                                .getValue())
                        .toList());
    }

    private static <T extends Trait> Optional<T> trait(
            software.amazon.smithy.model.shapes.Shape target, @Nullable MemberShape member, Class<T> type) {
        return Optional.ofNullable(member).flatMap(own -> own.getTrait(type)).or(() -> target.getTrait(type));
    }
}
