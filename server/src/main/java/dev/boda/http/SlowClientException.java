package dev.boda.http;

import java.io.IOException;

/// A client took longer than the listener's limits allow, to send a body or to read an answer.
public final class SlowClientException extends IOException {

    public SlowClientException(String message) {
        super(message);
    }
}
