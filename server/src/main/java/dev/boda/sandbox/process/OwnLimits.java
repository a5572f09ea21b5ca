package dev.boda.sandbox.process;

import dev.boda.os.OsException;
import dev.boda.os.ResourceLimits;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.SandboxSpec.Limits;
import java.util.Locale;

/// What the kernel limits for the processes of a sandbox, whatever control groups do: what AWS allows, or less where
/// the server itself has less.
///
/// @param openFiles of a process
/// @param processes of a user
public record OwnLimits(int openFiles, int processes) {

    private static final Limits AWS = Limits.of(0, 0);

    public static OwnLimits ofThisServer() throws OsException {
        return within(ResourceLimits.ofThisProcess());
    }

    static OwnLimits within(ResourceLimits server) {
        return new OwnLimits((int) Math.min(AWS.openFiles(), server.openFiles()), (int)
                Math.min(AWS.processes(), server.processes()));
    }

    /// The same sandbox, with no more than can be given.
    public SandboxSpec.Limits bound(SandboxSpec.Limits wanted) {
        return new Limits(
                wanted.memoryMegabytes(),
                wanted.temporaryMegabytes(),
                Math.min(wanted.processes(), processes),
                Math.min(wanted.openFiles(), openFiles));
    }

    public String openFilesGuarantee() {
        return "Open files: at most " + number(openFiles) + " a process"
                + (openFiles < AWS.openFiles()
                        ? ", for the server has no more itself (ulimit -n); on AWS 1,024."
                        : ".");
    }

    /// Where this limit is one of the environment alone.
    public String processesGuarantee() {
        return "Processes: an environment has at most " + number(processes) + " processes and threads, by the limit of "
                + "a user's processes"
                + (processes < AWS.processes() ? ", for the server has no more itself (ulimit -u)." : ".");
    }

    private static String number(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
