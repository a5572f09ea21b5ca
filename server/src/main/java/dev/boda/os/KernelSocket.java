package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A netlink socket: datagrams to the kernel and its answers, raw. It speaks to the network namespace of the thread
/// that opened it, whoever uses it later. For one thread at a time.
public final class KernelSocket implements AutoCloseable {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_NETLINK = 270;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_TRUNC = 0x20;
    private static final int INT_BYTES = 4;

    /// The kernel never makes a longer datagram of a dump.
    private static final int LONGEST_ANSWER = 64 * 1_024;

    private final Descriptor descriptor;

    private KernelSocket(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /// Opens one for a protocol of `netlink(7)`.
    public static KernelSocket open(int protocol) throws OsException {
        return new KernelSocket(new Descriptor(Libc.check(
                "netlink protocol " + protocol, SystemCall.SOCKET, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)));
    }

    /// Turns on an option of the level SOL_NETLINK.
    public void turnOn(int option) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var one = arena.allocate(INT_BYTES, INT_BYTES);
            one.set(JAVA_BYTE, 0, (byte) 1);
            Libc.check(
                    "a netlink option",
                    SystemCall.SETSOCKOPT,
                    descriptor.number(),
                    SOL_NETLINK,
                    option,
                    one.address(),
                    INT_BYTES);
        }
    }

    /// Sends one datagram. The kernel has done what it asks for, or refused it, when this returns: so it may block.
    public void send(byte[] datagram) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocate(datagram.length, INT_BYTES);
            MemorySegment.copy(datagram, 0, bytes, JAVA_BYTE, 0, datagram.length);
            Libc.check(
                    "the kernel's network",
                    SystemCall.SENDTO,
                    descriptor.number(),
                    bytes.address(),
                    datagram.length,
                    0,
                    0,
                    0);
        }
    }

    /// The next datagram of the answer, if there is one.
    public Optional<ByteBuffer> receive() throws OsException {
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocate(LONGEST_ANSWER, INT_BYTES);
            long length = Libc.call(
                    SystemCall.RECVFROM,
                    descriptor.number(),
                    bytes.address(),
                    LONGEST_ANSWER,
                    MSG_DONTWAIT | MSG_TRUNC,
                    0,
                    0);
            if (length == -Libc.EAGAIN) {
                return Optional.empty();
            }
            if (length < 0) {
                throw OsException.of("the kernel's answer", (int) -length);
            }
            if (length > LONGEST_ANSWER) {
                throw OsException.of("the kernel's answer of " + length + " bytes", Libc.EMSGSIZE);
            }
            return Optional.of(ByteBuffer.wrap(bytes.asSlice(0, length).toArray(JAVA_BYTE)));
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
