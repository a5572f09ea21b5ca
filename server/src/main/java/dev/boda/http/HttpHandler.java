package dev.boda.http;

/// Answers requests. Called on a virtual thread per request, so it may block.
@FunctionalInterface
public interface HttpHandler {

    /// Answers one request through `exchange`. An exception that escapes is logged and, if nothing was answered
    /// yet, becomes a bare 500; [BodyTooLargeException] becomes a bare 413, [SlowClientException] a 408, and
    /// [MalformedBodyException] a 400, none of them logged.
    void handle(HttpExchange exchange) throws Exception;

    /// Whether this request, unless its body is large, takes less of the processor than waking another thread
    /// would: then the thread that handles it is carried by the I/O thread. It may wait, but between its waits it
    /// neither computes for long nor blocks natively (files, foreign calls). Asked on the I/O thread.
    default boolean isBrief(HttpExchange request) {
        return false;
    }

    /// Hears of a client that was turned away without this handler, on a virtual thread.
    ///
    /// @return what its answer shall have beside its status, if it gets one
    default HttpHeaders refused(Refusal refusal) {
        return HttpHeaders.EMPTY;
    }
}
