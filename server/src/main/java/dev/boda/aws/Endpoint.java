package dev.boda.aws;

import dev.boda.aws.ServiceOperations.Registered;
import dev.boda.aws.model.OperationModel;
import dev.boda.aws.model.ServiceModel;
import dev.boda.http.BodyTooLargeException;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHeaders;
import dev.boda.http.NoRoomException;
import java.io.IOException;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;

/// One service as callers meet it: its model, its protocol, and the operations that work here.
final class Endpoint {

    /// Of operations whose limit AWS does not tell; Lambda's own for Invoke.
    private static final int USUAL_BODY_BYTES = 6_291_456;
    private static final byte[] NOTHING = {};

    private final ServiceModel model;
    private final Protocol protocol;
    private final Constraints constraints;
    private final ServiceOperations operations;
    private final OperationAccess access;

    private Endpoint(ServiceModel model, SdkMembers members, ServiceOperations operations, AccessGate gate) {
        this.model = model;
        this.operations = operations;
        this.constraints = new Constraints(model, members);
        this.protocol = switch (model.protocol()) {
            case "rest-json" -> new RestJson(model, members);
            case "json" -> new AwsJson(model, members);
            default -> throw new IllegalArgumentException(model + " speaks " + model.protocol());
        };
        this.access = new OperationAccess(model, members, gate, protocol.strangerStatus());
        for (var name : operations.names()) {
            if (!access.isKnown(name)) {
                throw new IllegalArgumentException("The input of " + name + " names no resource: ask in the operation");
            }
        }
    }

    /// Reads the service's model and holds the operations' names against it.
    static Endpoint of(ServiceOperations operations, AccessGate gate) {
        return of(ServiceModel.load(operations.service()), new SdkMembers(), operations, gate);
    }

    static Endpoint of(ServiceModel model, SdkMembers members, ServiceOperations operations, AccessGate gate) {
        for (var name : operations.names()) {
            if (!model.operations().containsKey(name)) {
                throw new IllegalArgumentException(model + " has no operation " + name);
            }
        }
        return new Endpoint(model, members, operations, gate);
    }

    ServiceModel model() {
        return model;
    }

    Protocol protocol() {
        return protocol;
    }

    /// Answers; with nothing if it has answered in pieces.
    ///
    /// @param claim a signature that is still to be proven
    Optional<Answer> answer(ServedRequest request, Caller caller, Optional<SignatureClaim> claim) throws Exception {
        var exchange = request.exchange();
        var route = protocol.route(exchange)
                .orElseThrow(() -> Refusals.unknownOperation(
                        protocol.unknownOperationStatus(),
                        "The " + model.name() + " API has no operation " + protocol.named(exchange)));
        var operation = route.operation();
        request.toOperation(operation.name());
        var registered = operations
                .find(operation.name())
                .orElseThrow(() -> Refusals.notImplemented(model.name(), operation.name()));
        boolean takesBody = protocol.takesBody(operation);
        var body = takesBody || claim.isPresent() ? body(operation, exchange) : NOTHING;
        claim.ifPresent(signature -> signature.prove(body));
        var call = new ApiCall(request.id(), caller, exchange, HttpHeaders.builder(), request.origin());
        return answer(registered, route, call, body, request);
    }

    private <I extends SdkPojo, O extends SdkPojo> Optional<Answer> answer(
            Registered<I, O> registered, Protocol.Route route, ApiCall call, byte[] body, ServedRequest request)
            throws Exception {
        var input = input(registered, route, call, body);
        switch (registered) {
            case Registered.Whole<I, O>(var _, var operation) -> {
                return Optional.of(written(route, operation.answer(input, call), call));
            }
            case Registered.Streamed<I, O>(var _, var operation) -> {
                operation.answer(input, call, new EventStream<>(request, output -> written(route, output, call)));
                return Optional.empty();
            }
        }
    }

    private <I extends SdkPojo> I input(Registered<I, ?> registered, Protocol.Route route, ApiCall call, byte[] body) {
        var builder = registered.input().get();
        var ignored = protocol.read(route, call.exchange(), body, (SdkPojo) builder);
        var input = builder.build();
        if (route.operation().input() != null) {
            constraints.check(model.structure(route.operation().input()), input);
        }
        access.check(route.operation(), input, call);
        operations.check().check((SdkPojo) input, ignored);
        return input;
    }

    private Answer written(Protocol.Route route, SdkPojo output, ApiCall call) {
        var answer = protocol.write(route.operation(), output);
        call.answerHeaders().build().forEach(answer.headers()::add);
        return answer;
    }

    private static byte[] body(OperationModel operation, HttpExchange exchange) throws IOException {
        var limit = Optional.ofNullable(operation.bodyLimit())
                .orElseGet(() -> new OperationModel.BodyLimit(
                        USUAL_BODY_BYTES,
                        "Request must be smaller than " + USUAL_BODY_BYTES + " bytes for the " + operation.name()
                                + " operation"));
        try {
            return exchange.readBody(limit.bytes());
        } catch (BodyTooLargeException e) {
            throw Refusals.entityTooLarge(limit.message());
        } catch (NoRoomException e) {
            throw Refusals.busy("The bodies of requests take all the memory that Boda gives them");
        }
    }
}
