package dev.boda.functionurl;

import dev.boda.engine.BufferedAnswer;
import dev.boda.engine.ResponseSink;
import dev.boda.engine.ResponseTooLargeException;
import dev.boda.function.FunctionRules;

/// A function's answer, kept whole, and of which type it is.
final class WholeAnswer implements ResponseSink {

    private final BufferedAnswer buffer = new BufferedAnswer(FunctionRules.RESPONSE_BYTES);
    private String contentType = "";

    @Override
    public void begin(String type, boolean streamed) {
        contentType = type;
        buffer.begin(type, streamed);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws ResponseTooLargeException {
        buffer.write(bytes, offset, length);
    }

    @Override
    public void complete() {
        buffer.complete();
    }

    /// As the runtime says it.
    String contentType() {
        return contentType;
    }

    byte[] bytes() {
        return buffer.bytes();
    }
}
