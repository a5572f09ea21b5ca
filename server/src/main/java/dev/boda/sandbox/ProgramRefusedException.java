package dev.boda.sandbox;

import dev.boda.os.OsException;
import java.io.IOException;
import java.util.Locale;

/// The kernel does not execute the program of a sandbox: it is no program, none of this machine's, or what it names as
/// its interpreter is not there.
public final class ProgramRefusedException extends IOException {

    private static final long serialVersionUID = 1;

    private final String reason;

    public ProgramRefusedException(String program, OsException cause) {
        super(program + " cannot be executed: " + cause.reason(), cause);
        this.reason = cause.reason().toLowerCase(Locale.ROOT);
    }

    /// The kernel's, as Go has it: `permission denied`.
    public String reason() {
        return reason;
    }
}
