package dev.boda.os;

import java.io.IOException;

/// The kernel refused a call.
public final class OsException extends IOException {

    private final int errno;

    OsException(String what, int errno) {
        super(what + ": " + Libc.message(errno));
        this.errno = errno;
    }

    /// A refusal that the kernel told otherwise than by a call's result. `what` was attempted.
    public static OsException of(String what, int errno) {
        return new OsException(what, errno);
    }

    /// Whether something that was to be removed or changed is in use.
    public boolean isBusy() {
        return errno == Libc.EBUSY;
    }

    /// Whether nobody is there any more who could read what was sent.
    public boolean isEndOfReader() {
        return errno == Libc.EPIPE || errno == Libc.ECONNRESET;
    }

    /// The error's number in `errno.h`.
    public int errno() {
        return errno;
    }
}
