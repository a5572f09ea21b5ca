package dev.boda.aws;

import dev.boda.http.HttpExchange;

/// One call of an operation: what the operation may want to know beside its input.
///
/// @param requestId as the caller will see it
/// @param exchange  for what the model does not describe; an operation that returns a result must not answer on it
public record ApiCall(String requestId, Caller caller, HttpExchange exchange) {}
