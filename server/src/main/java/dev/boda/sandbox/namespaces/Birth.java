package dev.boda.sandbox.namespaces;

import dev.boda.os.CallRunner;
import dev.boda.os.CallScript;
import dev.boda.os.SeccompFilter;
import dev.boda.os.SystemCall;
import dev.boda.sandbox.InsideSockets;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.process.InsidePaths;
import dev.boda.sandbox.process.OwnLimits;
import java.io.IOException;
import java.util.ArrayList;

/// What a blank does once it has a function: starts the sandbox's first process, which builds the root file system,
/// gives up every right and starts the runtime.
///
/// ```
/// blank ─ clone, tells the id, ends
///   └─ init (process 1 inside) ─ mounts, identity, no rights, seccomp ─ waits for all, tells how the runtime ended
///        └─ runtime
/// ```
final class Birth {

    private static final long CLONE_PARENT = 0x8000;
    private static final long SIGCHLD = 17;

    private static final long PR_SET_DUMPABLE = 4;
    private static final long PR_SET_NO_NEW_PRIVS = 38;
    private static final long PR_CAP_AMBIENT = 47;
    private static final long PR_CAP_AMBIENT_CLEAR_ALL = 4;
    private static final int CAPABILITY_VERSION_3 = 0x20080522;
    private static final long KEYCTL_JOIN_SESSION_KEYRING = 1;
    private static final long SECCOMP_SET_MODE_FILTER = 1;

    private static final long RLIMIT_CORE = 4;
    private static final long RLIMIT_NPROC = 6;
    private static final long RLIMIT_NOFILE = 7;

    /// Whether the limit of a user's processes is one of the user in this user namespace: Linux 5.14 and later. Before,
    /// all processes of the server's user would count.
    private static final boolean COUNTS_PROCESSES_BY_NAMESPACE = isAtLeast(System.getProperty("os.version"), 5, 14);

    /// The kernel does not even start a program that takes cores, as it does at 0.
    private static final int NO_CORE = 1;

    private static final int CLOSE_RANGE_CLOEXEC = 4;
    private static final int WHOLE_RANGE = -1;
    private static final int LAST_OUTPUT = 3;

    /// `struct rusage`, and in it the most memory in use at once (`ru_maxrss`), in kilobytes.
    private static final int USAGE_BYTES = 144;

    private static final int USAGE_PEAK = 32;

    /// What process 1 tells: how the runtime ended, as `wait4(2)` has it, and at this place the runtime's peak.
    static final int TOLD_PEAK = Long.BYTES + USAGE_PEAK;

    static final int TOLD_BYTES = TOLD_PEAK + Long.BYTES;

    private static final String WORKING_DIRECTORY = SandboxRoot.TASK_ROOT;
    private static final String HOST_NAME = InsideSockets.HOST_NAME;

    private final CallScript script = new CallScript();
    private final SandboxSpec spec;
    private final SandboxRoot root;

    private final OwnLimits limits;

    private Birth(SandboxSpec spec, SandboxRoot root, OwnLimits limits) {
        this.spec = spec;
        this.root = root;
        this.limits = limits;
    }

    /// @param root   as the blank has prepared it
    /// @param limits that the sandbox's processes get at most
    static CallScript script(SandboxSpec spec, SandboxRoot root, OwnLimits limits) throws IOException {
        var birth = new Birth(spec, root, limits);
        birth.write();
        return birth.script;
    }

    private void write() throws IOException {
        long initPid = script.longs(0);
        var init = new CallScript.Label();
        script.fork(initPid, Preparation.CLONE_NEWPID | CLONE_PARENT | SIGCHLD, init);
        script.must("the first process' id", SystemCall.WRITE, CallRunner.CONTROL, initPid, Long.BYTES);
        script.may(SystemCall.EXIT_GROUP, 0);
        script.place(init);
        script.endWithItsParent();
        root.complete(script, spec);
        root.enter(script);
        takeOwnInput();
        script.must("the host name", SystemCall.SETHOSTNAME, script.string(HOST_NAME), HOST_NAME.length());
        giveUpRights();
        startRuntime();
    }

    /// Whether the limit of a user's processes is one of each sandbox: not of root's, whom the kernel lets have any
    /// number.
    static boolean limitsProcesses(Rights rights) {
        return rights.userNamespace() ? COUNTS_PROCESSES_BY_NAMESPACE && !rights.isRootOutside() : true;
    }

    /// Whether a kernel's version, such as `6.18.44-cloud`, is this one or later.
    static boolean isAtLeast(String version, int major, int minor) {
        var numbers = version.split("\\D+", -1);
        int first = Integer.parseInt(numbers[0]);
        return first > major || (first == major && Integer.parseInt(numbers[1]) >= minor);
    }

    private void takeOwnInput() {
        script.must("its input", SystemCall.OPENAT, Preparation.AT_FDCWD, script.string("/dev/null"), 0);
        script.must("its input", SystemCall.DUP3, Preparation.FREE, 0, 0);
        script.must("its input", SystemCall.CLOSE, Preparation.FREE);
    }

    private void giveUpRights() {
        boolean userNamespace = root.rights().userNamespace();
        var identities = root.identities();
        limit(RLIMIT_CORE, NO_CORE);
        var most = limits.bound(spec.limits());
        limit(RLIMIT_NOFILE, most.openFiles());
        if (!userNamespace || COUNTS_PROCESSES_BY_NAMESPACE) {
            limit(RLIMIT_NPROC, most.processes());
        }
        script.may(SystemCall.KEYCTL, KEYCTL_JOIN_SESSION_KEYRING, 0);
        if (!userNamespace) {
            for (int output = 1; output <= LAST_OUTPUT; output++) {
                script.must("an output", SystemCall.FCHOWN, output, identities.user(), identities.group());
            }
            script.must("no groups", SystemCall.SETGROUPS, 0, 0);
            script.must("the group", SystemCall.SETRESGID, identities.group(), identities.group(), identities.group());
            script.must("the user", SystemCall.SETRESUID, identities.user(), identities.user(), identities.user());
        }
        script.may(SystemCall.PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
        script.must("no capabilities", SystemCall.CAPSET, script.longs(CAPABILITY_VERSION_3), script.longs(0, 0, 0));
        script.must("no new privileges", SystemCall.PRCTL, PR_SET_NO_NEW_PRIVS, 1);
        script.must("a memory that nobody reads", SystemCall.PRCTL, PR_SET_DUMPABLE, 0);
        script.endWithItsParent();
        var filter = SeccompFilter.program();
        long program = script.longs(filter.length / Long.BYTES, script.bytes(filter));
        script.must("the filter", SystemCall.SECCOMP, SECCOMP_SET_MODE_FILTER, 0, program);
    }

    private void limit(long resource, long most) {
        script.must("a limit", SystemCall.PRLIMIT64, 0, resource, script.longs(most, most), 0);
    }

    private void startRuntime() {
        long runtimePid = script.longs(0);
        long status = script.longs(new long[1 + USAGE_BYTES / Long.BYTES]);
        long usage = status + Long.BYTES;
        var runtime = new CallScript.Label();
        script.fork(runtimePid, SIGCHLD, runtime);
        script.must("its descriptors", SystemCall.CLOSE_RANGE, CallRunner.FAILURES, Preparation.CONNECTION, 0);
        script.must("its descriptors", SystemCall.CLOSE_RANGE, Preparation.FREE, WHOLE_RANGE, 0);
        script.must("its descriptors", SystemCall.CLOSE_RANGE, 0, LAST_OUTPUT, 0);
        script.until(runtimePid, SystemCall.WAIT4, -1, status, 0, usage);
        script.may(SystemCall.WRITE, CallRunner.CONTROL, status, TOLD_BYTES);
        script.may(SystemCall.EXIT_GROUP, 0);
        script.place(runtime);
        var paths = new InsidePaths(spec.mounts());
        var program =
                paths.program(spec.command().getFirst(), spec.environment().getOrDefault("PATH", ""));
        var variables = new ArrayList<String>();
        spec.environment().forEach((name, value) -> variables.add(name + "=" + value));
        variables.add(InsideSockets.RUNTIME_API_VARIABLE + "=" + InsideSockets.RUNTIME_API_DESCRIPTOR);
        script.must("a session", SystemCall.SETSID);
        script.must("the connection", SystemCall.DUP3, Preparation.CONNECTION, InsideSockets.RUNTIME_API_DESCRIPTOR, 0);
        script.must(
                "its descriptors",
                SystemCall.CLOSE_RANGE,
                InsideSockets.RUNTIME_API_DESCRIPTOR + 1,
                WHOLE_RANGE,
                CLOSE_RANGE_CLOEXEC);
        script.must(WORKING_DIRECTORY, SystemCall.CHDIR, script.string(WORKING_DIRECTORY));
        script.must(
                program,
                SystemCall.EXECVE,
                script.string(program),
                script.strings(spec.command()),
                script.strings(variables));
    }
}
