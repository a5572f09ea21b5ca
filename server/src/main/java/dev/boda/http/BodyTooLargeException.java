package dev.boda.http;

import java.io.IOException;

/// The body of a request is longer than its handler reads.
public final class BodyTooLargeException extends IOException {

    private final int limitBytes;

    public BodyTooLargeException(int limitBytes) {
        super("The body is longer than " + limitBytes + " bytes");
        this.limitBytes = limitBytes;
    }

    public int limitBytes() {
        return limitBytes;
    }
}
