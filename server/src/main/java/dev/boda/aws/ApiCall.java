package dev.boda.aws;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHeaders;

/// One call of an operation: what the operation may want to know beside its input.
///
/// @param requestId     as the caller will see it; a UUID
/// @param exchange      for what the model does not describe; an operation that returns a result must not answer on it
/// @param answerHeaders takes headers of the answer that the model does not describe
/// @param origin        where it comes from, whoever the caller is
public record ApiCall(
        String requestId, Caller caller, HttpExchange exchange, HttpHeaders.Builder answerHeaders, Origin origin) {

    public ApiCall(String requestId, Caller caller, HttpExchange exchange) {
        this(requestId, caller, exchange, HttpHeaders.builder(), Origin.UNKNOWN);
    }
}
