package dev.boda.os;

import java.io.IOException;

/// The kernel refused a call.
public final class OsException extends IOException {

    private final String what;
    private final String reason;
    private final int errno;

    OsException(String what, int errno) {
        this(what, Libc.message(errno), errno);
    }

    private OsException(String what, String reason, int errno) {
        super(what + ": " + reason);
        this.what = what;
        this.reason = reason;
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

    /// What was attempted.
    public String what() {
        return what;
    }

    /// The error in words: `Permission denied`.
    public String reason() {
        return reason;
    }

    /// The error's number in `errno.h`.
    public int errno() {
        return errno;
    }
}
