package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.aws.model.Member;
import dev.boda.aws.model.OperationModel;
import dev.boda.aws.model.ServiceModel;
import dev.boda.aws.model.Shape;
import dev.boda.http.FakeExchange;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// The least request that an operation of a model takes: its required members, of values that keep the constraints.
final class SampleRequest {

    private static final List<String> TEXTS = List.of(
            "hello",
            "1",
            "12345678901234567890",
            "000000000000",
            "arn:aws:iam::000000000000:role/r",
            "arn:aws:lambda:us-east-1:000000000000:function:hello",
            "arn:aws:lambda:us-east-1:000000000000:layer:l:1",
            "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdef0",
            "arn:aws:lambda:us-east-1:000000000000:function:hello:1/durable-execution/e/1",
            "arn:aws:logs:us-east-1:000000000000:log-group:g",
            "arn:aws:signer:us-east-1:000000000000:/signing-profiles/p/1",
            "lambda:GetLayerVersion",
            "sg-1",
            "subnet-1",
            "0123456789abcdef0123456789abcdef0123",
            "12345678-1234-1234-1234-123456789012");

    private final ServiceModel model;

    SampleRequest(ServiceModel model) {
        this.model = model;
    }

    FakeExchange of(OperationModel operation) {
        if (model.protocol().equals("json")) {
            return new FakeExchange("POST", "/")
                    .header("X-Amz-Target", model.targetPrefix() + "." + operation.name())
                    .body(body(operation));
        }
        var path = new StringBuilder();
        for (var segment : operation.uri().segments()) {
            path.append('/').append(segment.label() ? text(label(operation, segment.text())) : segment.text());
        }
        var query = new ArrayList<String>();
        operation.uri().query().forEach((name, value) -> query.add(value.isEmpty() ? name : name + "=" + value));
        for (var member : required(operation, Member.Location.QUERY)) {
            query.add(member.wireName() + "=" + text(member));
        }
        return new FakeExchange(operation.method(), path + (query.isEmpty() ? "" : "?" + String.join("&", query)))
                .body(body(operation));
    }

    private Member label(OperationModel operation, String wireName) {
        return required(operation, Member.Location.URI).stream()
                .filter(member -> member.wireName().equals(wireName))
                .findFirst()
                .orElseThrow();
    }

    private String text(Member member) {
        return URLEncoder.encode(String.valueOf(value(model.shape(member.shape()))), UTF_8);
    }

    private List<Member> required(OperationModel operation, Member.Location location) {
        return operation.input() == null
                ? List.of()
                : model.structure(operation.input()).members().values().stream()
                        .filter(member -> member.required() && member.location() == location)
                        .toList();
    }

    private String body(OperationModel operation) {
        var content = new LinkedHashMap<String, Object>();
        for (var member : required(operation, Member.Location.BODY)) {
            content.put(member.wireName(), value(model.shape(member.shape())));
        }
        return new JsonMapper().writeValueAsString(content);
    }

    private Object value(Shape shape) {
        return switch (shape) {
            case Shape.Structure structure -> {
                var content = new LinkedHashMap<String, Object>();
                structure.members().values().stream()
                        .filter(member -> member.required() || structure.union())
                        .limit(structure.union() ? 1 : Long.MAX_VALUE)
                        .forEach(member -> content.put(member.wireName(), value(model.shape(member.shape()))));
                yield content;
            }
            case Shape.Sequence sequence -> List.of(value(model.shape(sequence.element())));
            case Shape.Mapping mapping ->
                Map.of(value(model.shape(mapping.key())), value(model.shape(mapping.value())));
            case Shape.Text text -> text(text);
            case Shape.Numeric numeric -> (long) Math.max(1, numeric.range().min());
            case Shape.Bool _ -> true;
            case Shape.Timestamp _ -> 1_700_000_000;
            case Shape.Blob _ -> "AAAA";
            case Shape.Document _ -> "hello";
        };
    }

    private static String text(Shape.Text shape) {
        if (!shape.values().isEmpty()) {
            return shape.values().getFirst();
        }
        return TEXTS.stream()
                .filter(text ->
                        shape.pattern() == null || shape.pattern().matcher(text).matches())
                .filter(text -> text.length() >= shape.length().min()
                        && text.length() <= shape.length().max())
                .findFirst()
                .orElseThrow(() -> new AssertionError("No sample is of the form " + shape));
    }
}
