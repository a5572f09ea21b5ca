package dev.boda.sandbox;

import dev.boda.os.OsException;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/// The kernel does not execute the program of a sandbox: it is no program, none of this machine's, or what it names as
/// its interpreter is not there.
public final class ProgramRefusedException extends IOException {

    private static final long serialVersionUID = 1;

    /// EPERM, ENOENT, ENOEXEC, EACCES, ENOTDIR, EISDIR, EINVAL, ETXTBSY, ELOOP, ELIBBAD.
    private static final Set<Integer> OF_PROGRAMS = Set.of(1, 2, 8, 13, 20, 21, 22, 26, 40, 80);

    private final String reason;

    /// What is wrong with the program; `refused` itself if nothing is, and the machine lacks something.
    public static IOException of(String program, OsException refused) {
        return OF_PROGRAMS.contains(refused.errno()) ? new ProgramRefusedException(program, refused) : refused;
    }

    private ProgramRefusedException(String program, OsException cause) {
        super(program + " cannot be executed: " + cause.reason(), cause);
        this.reason = cause.reason().toLowerCase(Locale.ROOT);
    }

    /// The kernel's, as Go has it: `permission denied`.
    public String reason() {
        return reason;
    }
}
