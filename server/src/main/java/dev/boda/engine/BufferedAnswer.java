package dev.boda.engine;

import java.io.ByteArrayOutputStream;

/// Keeps a function's answer whole, up to the longest that its caller accepts.
public final class BufferedAnswer implements ResponseSink {

    private final int limitBytes;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    public BufferedAnswer(int limitBytes) {
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

    public byte[] bytes() {
        return received.toByteArray();
    }
}
