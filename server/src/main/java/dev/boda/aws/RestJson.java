package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.aws.model.Member;
import dev.boda.aws.model.OperationModel;
import dev.boda.aws.model.ServiceModel;
import dev.boda.aws.model.Shape;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.utils.builder.Buildable;

/// restJson1: the operation in method and path, members in labels, query, headers and body, errors by status and
/// `x-amzn-ErrorType`.
final class RestJson implements Protocol {

    /// Errors of AWS's framework whose message is a `Message`, as Lambda answers them.
    private static final Set<String> UPPER = Set.of(Refusals.SERIALIZATION, Refusals.ACCESS_DENIED);

    private static final int NO_CONTENT = 204;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final byte[] NOTHING = {};

    private final ServiceModel model;
    private final SdkMembers members;
    private final RestRouter router;
    private final RestText text;
    private final JsonReader reader;
    private final JsonWriter writer;

    RestJson(ServiceModel model, SdkMembers members) {
        this.model = model;
        this.members = members;
        this.router = new RestRouter(model.operations().values());
        this.text = new RestText(model);
        this.reader = new JsonReader(model, members);
        this.writer = new JsonWriter(model, members);
    }

    @Override
    public Optional<Route> route(HttpExchange exchange) {
        return router.route(exchange.method(), exchange.rawPath(), exchange.rawQuery());
    }

    @Override
    public String named(HttpExchange exchange) {
        return exchange.method() + " " + exchange.rawPath();
    }

    @Override
    public int unknownOperationStatus() {
        return NOT_FOUND;
    }

    @Override
    public int strangerStatus() {
        return FORBIDDEN;
    }

    @Override
    public boolean takesBody(OperationModel operation) {
        if (operation.input() == null) {
            return false;
        }
        return !model.structure(operation.input()).body().isEmpty();
    }

    @Override
    public List<String> read(Route route, HttpExchange exchange, byte[] body, SdkPojo input) {
        if (route.operation().input() == null) {
            return List.of();
        }
        var shape = model.structure(route.operation().input());
        var fields = members.of(input);
        var query = QueryString.parse(exchange.rawQuery());
        for (var member : shape.members().values()) {
            var field = fields.get(member.name());
            if (field == null) {
                continue;
            }
            var value = switch (member.location()) {
                case URI -> text.one(member, Optional.ofNullable(route.labels().get(member.wireName())));
                case QUERY -> text.query(member, query);
                case HEADER -> text.one(member, exchange.headers().first(member.wireName()));
                case HEADERS -> text.prefixed(member.wireName(), exchange.headers());
                case BODY, STATUS -> null;
            };
            if (value != null) {
                field.set(input, value);
            }
        }
        return readBody(shape, body, input);
    }

    private List<String> readBody(Shape.Structure shape, byte[] body, SdkPojo input) {
        var payload = shape.payload();
        if (payload == null) {
            return shape.body().isEmpty() ? List.of() : reader.read(body, shape, input);
        }
        var field = members.of(input).get(payload);
        if (field == null || body.length == 0) {
            return List.of();
        }
        if (model.shape(payloadShape(shape, payload)) instanceof Shape.Structure structure) {
            var builder = field.constructor().get();
            var ignored = reader.read(body, structure, builder);
            field.set(input, ((Buildable) builder).build());
            return ignored;
        } else {
            field.set(
                    input,
                    switch (model.shape(payloadShape(shape, payload))) {
                        case Shape.Text _ -> new String(body, UTF_8);
                        case Shape.Document _ -> reader.document(body);
                        default -> SdkBytes.fromByteArrayUnsafe(body);
                    });
            return List.of();
        }
    }

    @Override
    public Answer write(OperationModel operation, SdkPojo output) {
        var headers = HttpHeaders.builder();
        if (operation.output() == null) {
            return new Answer(operation.successCode(), headers, NOTHING);
        }
        var shape = model.structure(operation.output());
        int status = operation.successCode();
        for (var member : shape.members().values()) {
            if (member.location() == Member.Location.BODY) {
                continue;
            }
            var value = members.value(output, member.name());
            if (value != null && member.location() == Member.Location.STATUS) {
                status = (Integer) value;
            } else if (value != null) {
                text.addHeaders(member, value, headers);
            }
        }
        return new Answer(status, headers, body(operation, shape, output, status, headers));
    }

    private byte[] body(
            OperationModel operation, Shape.Structure shape, SdkPojo output, int status, HttpHeaders.Builder headers) {
        var payload = shape.payload();
        if (payload == null) {
            if (status == NO_CONTENT) {
                return NOTHING;
            }
            headers.add("Content-Type", "application/json");
            return writer.write(shape, output);
        }
        var value = members.value(output, payload);
        if (value == null) {
            return NOTHING;
        }
        if (model.shape(payloadShape(shape, payload)) instanceof Shape.Structure structure) {
            headers.add("Content-Type", "application/json");
            return writer.write(structure, (SdkPojo) value);
        }
        if (value instanceof Document document) {
            headers.add("Content-Type", "application/json");
            return JsonWriter.write(document);
        }
        var bytes = value instanceof SdkBytes blob
                ? blob.asByteArrayUnsafe()
                : value.toString().getBytes(UTF_8);
        if (bytes.length > 0) {
            var usual = value instanceof SdkBytes ? "application/octet-stream" : "text/plain";
            headers.add("Content-Type", operation.contentType() == null ? usual : operation.contentType());
        }
        return bytes;
    }

    private static String payloadShape(Shape.Structure shape, String payload) {
        var member = shape.members().get(payload);
        if (member == null) {
            throw new IllegalArgumentException(shape.name() + " has no member " + payload);
        }
        return member.shape();
    }

    @Override
    public Answer refuse(ServiceException refusal) {
        var shape = model.error(refusal.code()).orElse(null);
        var headers =
                HttpHeaders.builder().add("Content-Type", "application/json").add("x-amzn-ErrorType", refusal.code());
        var body = new TreeMap<String, @Nullable Object>();
        refusal.members().forEach((name, value) -> {
            var member = shape == null ? null : shape.members().get(name);
            if (member != null && member.location() == Member.Location.HEADER) {
                text.addHeaders(member, value, headers);
            } else {
                body.put(name, value);
            }
        });
        if (!refusal.sentence().isEmpty()) {
            body.put(messageMember(refusal, shape), refusal.sentence());
        } else if (!refusal.code().equals(Refusals.SERIALIZATION) && hasMessage(shape)) {
            // As AWS words a refusal it does not explain; what it cannot read it answers with an empty object.
            body.put("Message", null);
        }
        return new Answer(refusal.status(), headers, writer.write(shape, body));
    }

    private static boolean hasMessage(Shape.@Nullable Structure shape) {
        return shape == null
                || shape.members().containsKey("Message")
                || shape.members().containsKey("message");
    }

    /// `message` in some errors of a model and `Message` in others; those that no model has follow AWS's framework.
    private static String messageMember(ServiceException refusal, Shape.@Nullable Structure shape) {
        if (shape != null) {
            return shape.members().containsKey("Message") ? "Message" : "message";
        }
        return UPPER.contains(refusal.code()) ? "Message" : "message";
    }
}
