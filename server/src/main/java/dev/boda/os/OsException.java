package dev.boda.os;

import java.io.IOException;

/// The kernel refused a call.
public final class OsException extends IOException {

    private final int errno;

    OsException(String what, int errno) {
        super(what + ": " + Libc.message(errno));
        this.errno = errno;
    }

    /// Whether something that was named is not there.
    public boolean isMissingFile() {
        return errno == Libc.ENOENT;
    }

    int errno() {
        return errno;
    }
}
