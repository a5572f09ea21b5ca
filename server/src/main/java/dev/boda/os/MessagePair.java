package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Two connected sockets that carry whole messages: ours, and one for a child.
public record MessagePair(Descriptor ours, Descriptor theirs) implements AutoCloseable {

    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int HEADER_BYTES = 56;
    private static final int LARGEST_ANSWER = 256;
    private static final int CONTROL_BYTES = 256;
    private static final int CONTROL_HEADER = 16;
    private static final int ONE_DESCRIPTOR_BYTES = 24;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    /// What a child sent.
    ///
    /// @param bytes       empty when it has closed its end
    /// @param descriptors it gave away; the receiver owns them
    public record Message(ByteBuffer bytes, List<Descriptor> descriptors) {}

    public static MessagePair open() throws OsException {
        try (var arena = Arena.ofConfined()) {
            var ends = arena.allocate(JAVA_INT, 2);
            Libc.check("", SystemCall.SOCKETPAIR, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.address());
            var ours = new Descriptor(ends.getAtIndex(JAVA_INT, 0));
            try (var theirs = new Descriptor(ends.getAtIndex(JAVA_INT, 1))) {
                return new MessagePair(ours, theirs.raised());
            } catch (OsException refused) {
                ours.close();
                throw refused;
            }
        }
    }

    /// Sends one message. Blocks while the other end is full: call it on a platform thread.
    ///
    /// @param atMost how long to wait for room
    public void send(byte[] message, Duration atMost) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocateFrom(JAVA_BYTE, message);
            send("a message", header(arena, bytes, MemorySegment.NULL), atMost);
        }
    }

    /// Sends a list to a [CallRunner], which may have to make some of its calls before there is room for the others.
    /// Blocks: call it on a platform thread.
    ///
    /// @param atMost how long to wait for room, for each of its messages
    public void send(CallScript script, Duration atMost) throws OsException {
        for (var message : script.messages()) {
            send(message, atMost);
        }
    }

    /// Sends one byte, and a descriptor with it, which stays the caller's too. Blocks as the others.
    public void send(Descriptor given, Duration atMost) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var control = arena.allocate(ONE_DESCRIPTOR_BYTES, Long.BYTES);
            control.set(JAVA_LONG, 0, CONTROL_HEADER + Integer.BYTES);
            control.set(JAVA_INT, 8, SOL_SOCKET);
            control.set(JAVA_INT, 12, SCM_RIGHTS);
            control.set(JAVA_INT, CONTROL_HEADER, given.number());
            send("a descriptor", header(arena, arena.allocate(1), control), atMost);
        }
    }

    /// Never blocks in the call itself: that has no limit.
    private void send(String what, MemorySegment header, Duration atMost) throws OsException {
        long deadline = System.nanoTime() + atMost.toNanos();
        long result = sendNow(header);
        while (result == -Libc.EAGAIN) {
            var left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            if (!Readiness.await(ours, Readiness.POLLOUT, left)) {
                throw new OsException("sendmsg of " + what, Libc.ETIMEDOUT);
            }
            result = sendNow(header);
        }
        if (result < 0) {
            throw new OsException("sendmsg of " + what, (int) -result);
        }
    }

    private long sendNow(MemorySegment header) {
        return Libc.call(SystemCall.SENDMSG, ours.number(), header.address(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }

    /// Waits for a message. Blocks: call it on a platform thread.
    public Message receive(Duration atMost) throws OsException {
        if (!Readiness.await(ours, Readiness.POLLIN, atMost)) {
            return new Message(ByteBuffer.allocate(0), List.of());
        }
        return receiveNow();
    }

    /// A message that is there already, or an empty one.
    public Message receiveNow() throws OsException {
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocate(LARGEST_ANSWER);
            var control = arena.allocate(CONTROL_BYTES, Long.BYTES);
            var header = header(arena, bytes, control);
            long length = receiveNow(header);
            if (length == -Libc.ECONNRESET) {
                // Told once, of an other end that left without having read all; then comes what that sent before.
                length = receiveNow(header);
            }
            if (length == -Libc.EAGAIN) {
                length = 0;
            }
            if (length < 0) {
                throw new OsException("recvmsg", (int) -length);
            }
            var copy = new byte[(int) length];
            MemorySegment.copy(bytes, JAVA_BYTE, 0, copy, 0, copy.length);
            return new Message(
                    ByteBuffer.wrap(copy).order(java.nio.ByteOrder.nativeOrder()), descriptors(header, control));
        }
    }

    private long receiveNow(MemorySegment header) {
        return Libc.call(SystemCall.RECVMSG, ours.number(), header.address(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    }

    private static List<Descriptor> descriptors(MemorySegment header, MemorySegment control) {
        var found = new ArrayList<Descriptor>();
        if (header.get(JAVA_LONG, 40) > CONTROL_HEADER) {
            int count = (int) (control.get(JAVA_LONG, 0) - CONTROL_HEADER) / Integer.BYTES;
            for (int i = 0; i < count; i++) {
                found.add(new Descriptor(control.get(JAVA_INT, CONTROL_HEADER + (long) i * Integer.BYTES)));
            }
        }
        return found;
    }

    /// A `struct msghdr` with one piece.
    private static MemorySegment header(Arena arena, MemorySegment bytes, MemorySegment control) {
        var piece = arena.allocate(JAVA_LONG, 2);
        piece.setAtIndex(JAVA_LONG, 0, bytes.address());
        piece.setAtIndex(JAVA_LONG, 1, bytes.byteSize());
        var header = arena.allocate(HEADER_BYTES, Long.BYTES);
        header.set(JAVA_LONG, 16, piece.address());
        header.set(JAVA_LONG, 24, 1);
        header.set(JAVA_LONG, 32, control.address());
        header.set(JAVA_LONG, 40, control.byteSize());
        return header;
    }

    @Override
    public void close() {
        ours.close();
        theirs.close();
    }
}
