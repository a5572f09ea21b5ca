package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.aws.model.ServiceModel;
import dev.boda.http.FakeExchange;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.smithy.model.node.Node;
import software.amazon.smithy.model.node.ObjectNode;

/// A service of a Smithy model behind Boda's wire layer. Every operation keeps its input and answers what it is told.
final class SmithyDoor {

    private final ServiceModel model;
    private final Endpoint endpoint;
    private @Nullable Holder input;
    private @Nullable Holder output;
    private @Nullable ServiceException refusal;

    SmithyDoor(ServiceModel model) {
        this.model = model;
        var operations = ServiceOperations.of(model.name());
        for (var operation : model.operations().values()) {
            operations.<Holder, Holder>on(
                    operation.name(), () -> new Holder(model, operation.input()), (given, _) -> answer(given));
        }
        this.endpoint = Endpoint.of(model, Holder.members(), operations.build(), _ -> Optional.empty());
    }

    private Holder answer(Holder given) {
        input = given;
        if (refusal != null) {
            throw refusal;
        }
        return output == null ? new Holder(model, null) : output;
    }

    ServiceModel model() {
        return model;
    }

    /// The request as the operation was given it.
    Holder read(String operation, ObjectNode request) throws Exception {
        input = null;
        var exchange = exchange(request);
        if (model.protocol().equals("json") && !exchange.headers().contains("X-Amz-Target")) {
            exchange.header("X-Amz-Target", model.name() + "." + operation);
        }
        var answered = answer(exchange);
        if (input == null) {
            throw new AssertionError("Refused: " + answered.status() + " " + new String(answered.body(), UTF_8));
        }
        return input;
    }

    /// The answer to a request.
    Answer answer(ObjectNode request) throws Exception {
        return answer(exchange(request));
    }

    private Answer answer(FakeExchange exchange) throws Exception {
        try {
            return endpoint.answer(
                            new ServedRequest(exchange, "request-1"),
                            new Caller("000000000000", "us-east-1", ""),
                            Optional.empty())
                    .orElseThrow();
        } catch (ServiceException refused) {
            return endpoint.protocol().refuse(refused);
        }
    }

    /// How an output is written.
    Answer write(String operation, ObjectNode params) {
        var facts = operation(operation);
        output = new SmithyValues(model).structure(facts.output(), params);
        return endpoint.protocol().write(facts, output);
    }

    /// How an error is written.
    Answer refuse(String error, ObjectNode params) {
        var shape = model.structure(error);
        var members = new SmithyValues(model).structure(error, params).values();
        var message = members.remove(members.containsKey("Message") ? "Message" : "message");
        return endpoint.protocol()
                .refuse(new ServiceException(
                        error, shape.errorStatus(), message == null ? "" : message.toString(), cast(members)));
    }

    @SuppressWarnings("unchecked") // A case's parameters hold no nulls at their top.
    private static Map<String, Object> cast(Map<String, ?> members) {
        return (Map<String, Object>) members;
    }

    private dev.boda.aws.model.OperationModel operation(String name) {
        var operation = model.operations().get(name);
        if (operation == null) {
            throw new AssertionError(model + " has no operation " + name);
        }
        return operation;
    }

    private static FakeExchange exchange(ObjectNode request) {
        var query = request.getArrayMember("queryParams")
                .map(params -> String.join(
                        "&",
                        params.getElementsAs(param -> param.expectStringNode().getValue())))
                .orElse("");
        var uri = request.getStringMemberOrDefault("uri", "/");
        var target = query.isEmpty() ? uri : uri + (uri.contains("?") ? "&" : "?") + query;
        var exchange = new FakeExchange(request.expectStringMember("method").getValue(), target);
        request.getObjectMember("headers")
                .map(ObjectNode::getStringMap)
                .orElse(Map.of())
                .forEach((name, value) -> exchange.header(name, text(value)));
        return exchange.body(request.getStringMemberOrDefault("body", ""));
    }

    private static String text(Node node) {
        return node.expectStringNode().getValue();
    }
}
