package dev.boda.engine;

import java.io.IOException;

/// Where the answer of an invocation goes, whole or piece by piece. Called by one thread at a time. A call may block:
/// that is the back-pressure the function feels.
public interface ResponseSink {

    /// The type of an answer that begins with status, headers and cookies of HTTP, as AWS's clients of the Runtime API
    /// write them.
    String HTTP_RESPONSE_TYPE = "application/vnd.awslambda.http-integration-response";

    /// The runtime begins its answer.
    ///
    /// @param contentType as the runtime says it
    /// @param streamed    whether the runtime asked for streaming
    void begin(String contentType, boolean streamed) throws IOException;

    /// The next bytes of the answer. Throws [ResponseTooLargeException] when the answer gets longer than the caller
    /// accepts; the invocation then ends in `Function.ResponseSizeTooLarge`.
    void write(byte[] bytes, int offset, int length) throws IOException;

    /// The answer is complete.
    void complete() throws IOException;
}
