package dev.boda.engine;

import java.io.IOException;

/// The function's answer is longer than its caller accepts.
public final class ResponseTooLargeException extends IOException {

    private final int limitBytes;

    public ResponseTooLargeException(int limitBytes) {
        super("Response payload size exceeded maximum allowed payload size (" + limitBytes + " bytes).");
        this.limitBytes = limitBytes;
    }

    public int limitBytes() {
        return limitBytes;
    }
}
