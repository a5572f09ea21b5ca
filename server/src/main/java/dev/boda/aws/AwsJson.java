package dev.boda.aws;

import dev.boda.aws.model.OperationModel;
import dev.boda.aws.model.ServiceModel;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkPojo;

/// awsJson 1.0 and 1.1: the operation in `X-Amz-Target`, everything else in the body.
final class AwsJson implements Protocol {

    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final byte[] NOTHING = {};

    private final ServiceModel model;
    private final JsonReader reader;
    private final JsonWriter writer;

    AwsJson(ServiceModel model, SdkMembers members) {
        this.model = model;
        this.reader = new JsonReader(model, members);
        this.writer = new JsonWriter(model, members);
    }

    @Override
    public Optional<Route> route(HttpExchange exchange) {
        var operation = model.operations().get(named(exchange));
        return operation == null ? Optional.empty() : Optional.of(new Route(operation, Map.of()));
    }

    /// What stands behind the target's prefix: `DescribeLogGroups`.
    @Override
    public String named(HttpExchange exchange) {
        var target = exchange.headers().first("X-Amz-Target").orElse("");
        return target.substring(target.lastIndexOf('.') + 1);
    }

    @Override
    public int unknownOperationStatus() {
        return BAD_REQUEST;
    }

    @Override
    public int strangerStatus() {
        return BAD_REQUEST;
    }

    @Override
    public boolean takesBody(OperationModel operation) {
        return true;
    }

    @Override
    public List<String> read(Route route, HttpExchange exchange, byte[] body, SdkPojo input) {
        return route.operation().input() == null
                ? List.of()
                : reader.read(body, model.structure(route.operation().input()), input);
    }

    @Override
    public Answer write(OperationModel operation, SdkPojo output) {
        var body = operation.output() == null ? NOTHING : writer.write(model.structure(operation.output()), output);
        return new Answer(OK, headers(), body);
    }

    @Override
    public Answer refuse(ServiceException refusal) {
        var body = new LinkedHashMap<String, Object>();
        var shape = model.error(refusal.code()).orElse(null);
        body.put("__type", model.errorPrefix() == null ? refusal.code() : model.errorPrefix() + refusal.code());
        var rest = new TreeMap<String, Object>(refusal.members());
        if (!refusal.sentence().isEmpty()) {
            boolean upper = shape == null
                    ? refusal.code().equals(Refusals.SERIALIZATION)
                    : shape.members().containsKey("Message");
            rest.put(upper ? "Message" : "message", refusal.sentence());
        }
        body.putAll(rest);
        var headers = headers();
        if (model.awsQuery() && shape != null && shape.queryError() != null) {
            headers.add("x-amzn-query-error", shape.queryError());
        }
        return new Answer(refusal.status(), headers, writer.write(shape, body));
    }

    private HttpHeaders.Builder headers() {
        return HttpHeaders.builder().add("Content-Type", "application/x-amz-json-" + model.jsonVersion());
    }
}
