package dev.boda.aws;

import dev.boda.aws.model.OperationModel;
import dev.boda.http.HttpExchange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;

/// How a service's requests, answers and errors are written. One class a protocol; awsQuery, restXml and rpcv2Cbor
/// join here.
sealed interface Protocol permits RestJson, AwsJson {

    /// The operation a request means.
    ///
    /// @param labels the values of its template's labels, decoded
    record Route(OperationModel operation, Map<String, String> labels) {}

    /// The operation of `exchange`, if the service has it.
    Optional<Route> route(HttpExchange exchange);

    /// What a request calls its operation, in the sentence that refuses an unknown one.
    String named(HttpExchange exchange);

    /// The status of that sentence.
    int unknownOperationStatus();

    /// The status of a caller who is not let in.
    int strangerStatus();

    /// Whether the operation's input has members in the request's body.
    boolean takesBody(OperationModel operation);

    /// Sets the members of `input`, a builder, from a request.
    ///
    /// @return the names of those in the body that were ignored, since the model does not know them
    List<String> read(Route route, HttpExchange exchange, byte[] body, SdkPojo input);

    Answer write(OperationModel operation, SdkPojo output);

    Answer refuse(ServiceException refusal);
}
