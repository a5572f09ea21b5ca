package dev.boda.http;

import java.io.IOException;

/// The bodies of other requests take all the memory that there is for bodies. The same request may succeed later.
public final class NoRoomException extends IOException {

    public NoRoomException() {
        super("The bodies of requests take all the memory that they may");
    }
}
