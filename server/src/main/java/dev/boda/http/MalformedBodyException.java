package dev.boda.http;

import java.io.IOException;

/// A request's body breaks the rules of its framing: a chunk without a length, or trailers that are too long.
public final class MalformedBodyException extends IOException {

    public MalformedBodyException(Throwable cause) {
        super("The body cannot be understood: " + cause.getMessage(), cause);
    }
}
