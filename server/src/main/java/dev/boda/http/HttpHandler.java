package dev.boda.http;

/// Answers requests. Called on a virtual thread per request, so it may block.
@FunctionalInterface
public interface HttpHandler {

    /// Answers one request through `exchange`. An exception that escapes is logged and, if nothing was answered
    /// yet, becomes a bare 500; [BodyTooLargeException] becomes a bare 413, [SlowClientException] a 408, and
    /// [MalformedBodyException] a 400, none of them logged.
    void handle(HttpExchange exchange) throws Exception;
}
