package dev.boda.sandbox.namespaces;

import dev.boda.os.CallRunner;
import dev.boda.os.CallScript;
import dev.boda.os.ChildProcess;
import dev.boda.os.SystemCall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// What a blank does before it knows its function: joins its control groups, takes namespaces of its own, builds a root
/// file system of what all functions see, opens the sockets that the server serves inside and gives them away, but for
/// the runtime's own end of a connection to its API and the socket that takes what tracers send to X-Ray's daemon.
final class Preparation {

    static final long CLONE_NEWNS = 0x20000;
    static final long CLONE_NEWCGROUP = 0x02000000;
    static final long CLONE_NEWUTS = 0x04000000;
    static final long CLONE_NEWIPC = 0x08000000;
    static final long CLONE_NEWUSER = 0x10000000;
    static final long CLONE_NEWPID = 0x20000000;
    static final long CLONE_NEWNET = 0x40000000;

    static final int AT_FDCWD = -100;
    static final int O_WRONLY = 1;

    private static final long PR_CAPBSET_DROP = 24;
    private static final int LAST_CAPABILITY = 63;

    static final int AF_INET = 2;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int BACKLOG = 128;
    private static final int RUNTIME_API_PORT = 9001;
    private static final int NAMES_PORT = 53;
    private static final int LOOPBACK = 0x7f000001;
    private static final int ADDRESS_BYTES = 16;

    /// As on AWS, 169.254.79.129: `EnvironmentVariables` tells functions.
    private static final int TRACES_ADDRESS = 0xa9fe4f81;

    private static final int TRACES_PORT = 2000;
    private static final int WHOLE_ADDRESS = -1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SIOCSIFADDR = 0x8916;
    private static final int SIOCSIFNETMASK = 0x891c;

    private static final int SIOCSIFFLAGS = 0x8914;
    private static final int INTERFACE_UP = 0x41;
    private static final int INTERFACE_REQUEST_BYTES = 40;
    private static final int NAME_BYTES = 16;

    /// The descriptor of the runtime's connection to its API, or of what stands in for it.
    static final int CONNECTION = CallRunner.FAILURES + 1;

    /// The descriptor of the socket at the address of X-Ray's daemon, which the first process keeps open.
    static final int TRACES = CONNECTION + 1;

    /// The first descriptor that is free.
    static final int FREE = TRACES + 1;

    private static final int WHOLE_RANGE = -1;

    /// @param joins     files that a process joins a control group by
    /// @param userMap   the map of the user namespace to make, or empty to make none
    /// @param groupMap  the same for groups
    /// @param frontPort where AWS's APIs are met inside
    record Needs(List<Path> joins, String userMap, String groupMap, int frontPort) {}

    /// What is to be done, and the root that is there afterwards.
    record Prepared(CallScript script, SandboxRoot root) {}

    private final CallScript script = new CallScript();

    private Preparation() {}

    static Prepared of(Needs needs, SandboxRoot.Site site, Identities identities) throws IOException {
        var preparation = new Preparation();
        preparation.takeNamespaces(needs);
        var root = SandboxRoot.prepare(preparation.script, site, identities);
        preparation.dropCapabilities();
        preparation.giveSockets(needs);
        return new Prepared(preparation.script, root);
    }

    private void takeNamespaces(Needs needs) {
        script.may(SystemCall.UMASK, 022);
        script.must("a place for the connection", SystemCall.DUP3, CallRunner.CONTROL, CONNECTION, 0);
        script.must("a place for traces", SystemCall.DUP3, CallRunner.CONTROL, TRACES, 0);
        needs.joins().forEach(file -> writeFile(file.toString(), "0"));
        endBeforeTheServer();
        if (!needs.userMap().isEmpty()) {
            script.must("a user namespace", SystemCall.UNSHARE, CLONE_NEWUSER);
            script.endWithItsParent();
            writeFile("/proc/self/setgroups", "deny");
            writeFile("/proc/self/uid_map", needs.userMap());
            writeFile("/proc/self/gid_map", needs.groupMap());
        }
        script.must(
                "network, mount, IPC, UTS and control group namespaces",
                SystemCall.UNSHARE,
                CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP);
    }

    /// Of all that is made of this when the machine has no memory left; where that may not be said it is not.
    private void endBeforeTheServer() {
        var score = ChildProcess.SCORE_OF_SANDBOXES.getBytes(StandardCharsets.US_ASCII);
        script.may(SystemCall.OPENAT, AT_FDCWD, script.string("/proc/self/oom_score_adj"), O_WRONLY, 0);
        script.may(SystemCall.WRITE, FREE, script.bytes(score), score.length);
        script.may(SystemCall.CLOSE, FREE);
    }

    /// What nobody inside can get by starting a program.
    private void dropCapabilities() {
        for (int capability = 0; capability <= LAST_CAPABILITY; capability++) {
            script.may(SystemCall.PRCTL, PR_CAPBSET_DROP, capability);
        }
    }

    private void giveSockets(Needs needs) {
        loopbackUp();
        takeTraces();
        listen(FREE, RUNTIME_API_PORT);
        listen(FREE + 1, needs.frontPort());
        bind(FREE + 2, SOCK_DGRAM, NAMES_PORT);
        connect(FREE + 3, RUNTIME_API_PORT);
        giveAway(script, FREE, FREE + 1, FREE + 2);
        script.must("what was given away", SystemCall.CLOSE_RANGE, FREE, WHOLE_RANGE, 0);
        script.nextList();
    }

    private void writeFile(String file, String text) {
        writeFile(script, file, O_WRONLY, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Writes into a file, opened by these flags. The descriptor is [#FREE] while it is open.
    static void writeFile(CallScript script, String file, int flags, byte[] bytes) {
        script.must(file, SystemCall.OPENAT, AT_FDCWD, script.string(file), flags, 0644);
        script.must(file, SystemCall.WRITE, FREE, script.bytes(bytes), bytes.length);
        script.must(file, SystemCall.CLOSE, FREE);
    }

    private void loopbackUp() {
        var request = ByteBuffer.allocate(INTERFACE_REQUEST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        request.put("lo".getBytes(StandardCharsets.US_ASCII)).putShort(NAME_BYTES, (short) INTERFACE_UP);
        script.must("a socket", SystemCall.SOCKET, AF_INET, SOCK_DGRAM, 0);
        script.must("the loopback interface", SystemCall.IOCTL, FREE, SIOCSIFFLAGS, script.bytes(request.array()));
        script.must("a socket", SystemCall.CLOSE, FREE);
    }

    /// Tracers send datagrams to X-Ray's daemon, and complain where nobody takes them. Nobody reads these: the kernel
    /// drops what is more than the least that a socket holds.
    private void takeTraces() {
        var address = socketAddress(TRACES_PORT, TRACES_ADDRESS);
        script.must("a socket", SystemCall.SOCKET, AF_INET, SOCK_DGRAM, 0);
        // A second address of the loopback interface: without a mask of its own the kernel would take all of
        // 169.254.0.0/16 for this sandbox.
        request("the address of X-Ray's daemon", SIOCSIFADDR, address);
        request("the address of X-Ray's daemon", SIOCSIFNETMASK, socketAddress(0, WHOLE_ADDRESS));
        long least = script.longs(0);
        script.must("a small buffer", SystemCall.SETSOCKOPT, FREE, SOL_SOCKET, SO_RCVBUF, least, Integer.BYTES);
        script.must("the port of X-Ray's daemon", SystemCall.BIND, FREE, script.bytes(address), ADDRESS_BYTES);
        script.must("the port of X-Ray's daemon", SystemCall.DUP3, FREE, TRACES, 0);
        script.must("a socket", SystemCall.CLOSE, FREE);
    }

    private void request(String what, int request, byte[] address) {
        var bytes = ByteBuffer.allocate(INTERFACE_REQUEST_BYTES).put("lo:1".getBytes(StandardCharsets.US_ASCII));
        bytes.position(NAME_BYTES).put(address);
        script.must(what, SystemCall.IOCTL, FREE, request, script.bytes(bytes.array()));
    }

    private void listen(int descriptor, int port) {
        bind(descriptor, SOCK_STREAM, port);
        script.must("port " + port, SystemCall.LISTEN, descriptor, BACKLOG);
    }

    private void bind(int descriptor, int type, int port) {
        script.must("a socket", SystemCall.SOCKET, AF_INET, type, 0);
        script.must("port " + port, SystemCall.BIND, descriptor, address(port), ADDRESS_BYTES);
    }

    /// The kernel answers, for who will take the connection.
    private void connect(int descriptor, int port) {
        script.must("a socket", SystemCall.SOCKET, AF_INET, SOCK_STREAM, 0);
        long on = script.longs(1);
        script.must("no delay", SystemCall.SETSOCKOPT, descriptor, IPPROTO_TCP, TCP_NODELAY, on, Integer.BYTES);
        script.must("the connection", SystemCall.CONNECT, descriptor, address(port), ADDRESS_BYTES);
        script.must("the connection", SystemCall.DUP3, descriptor, CONNECTION, 0);
    }

    private long address(int port) {
        return script.bytes(socketAddress(port, LOOPBACK));
    }

    private static byte[] socketAddress(int port, int host) {
        var address = ByteBuffer.allocate(ADDRESS_BYTES);
        address.order(ByteOrder.LITTLE_ENDIAN).putShort((short) AF_INET);
        address.order(ByteOrder.BIG_ENDIAN).putShort((short) port).putInt(host);
        return address.array();
    }

    /// One byte, and the descriptors as `SCM_RIGHTS`.
    static void giveAway(CallScript script, int... descriptors) {
        int controlBytes = 16 + descriptors.length * Integer.BYTES;
        var control = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        control.putLong(controlBytes).putInt(1).putInt(1);
        for (int descriptor : descriptors) {
            control.putInt(descriptor);
        }
        long piece = script.longs(script.bytes(new byte[] {'r'}), 1);
        int controlRoom = (controlBytes + 7) / 8 * 8;
        long header = script.longs(0, 0, piece, 1, script.bytes(control.array()), controlRoom, 0);
        script.must("the sockets inside", SystemCall.SENDMSG, CallRunner.CONTROL, header, 0);
    }
}
