package dev.boda.api.lambda;

import dev.boda.engine.ResponseSink;
import dev.boda.engine.ResponseTooLargeException;
import java.io.ByteArrayOutputStream;

/// Keeps a function's answer whole, up to the longest that Invoke returns.
final class BufferedAnswer implements ResponseSink {

    private final int limitBytes;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    BufferedAnswer(int limitBytes) {
        this.limitBytes = limitBytes;
    }

    @Override
    public void begin(String contentType, boolean streamed) {
        received.reset();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws ResponseTooLargeException {
        if (received.size() + length > limitBytes) {
            throw new ResponseTooLargeException(limitBytes);
        }
        received.write(bytes, offset, length);
    }

    @Override
    public void complete() {}

    byte[] bytes() {
        return received.toByteArray();
    }
}
