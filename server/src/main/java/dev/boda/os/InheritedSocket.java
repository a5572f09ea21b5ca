package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes channels of sockets that another process bound, in a network namespace of its own.
///
/// The JDK opens channels for itself alone. So it opens one, whose descriptor is found by the port that it is bound
/// to, and the other process' socket takes that descriptor's place. The channel's own idea of its address is wrong
/// from then on; it accepts and receives where the socket is.
public final class InheritedSocket {

    private static final int O_CLOEXEC = 0x80000;
    private static final int AF_INET = 2;
    private static final int ADDRESS_BYTES = 16;
    private static final String LOOPBACK = "127.0.0.1";

    private InheritedSocket() {}

    /// A listening TCP socket. `socket` is used up.
    public static ServerSocketChannel listening(Descriptor socket) throws IOException {
        return replace(ServerSocketChannel.open(StandardProtocolFamily.INET), socket);
    }

    /// A bound UDP socket. `socket` is used up.
    public static DatagramChannel datagrams(Descriptor socket) throws IOException {
        return replace(DatagramChannel.open(StandardProtocolFamily.INET), socket);
    }

    /// A TCP socket that is not connected yet: what it is connected to is where it was made. `socket` is used up.
    public static SocketChannel unconnected(Descriptor socket) throws IOException {
        return replace(SocketChannel.open(StandardProtocolFamily.INET), socket);
    }

    private static <C extends NetworkChannel> C replace(C channel, Descriptor socket) throws IOException {
        try (socket) {
            channel.bind(new InetSocketAddress(Inet4Address.ofLiteral(LOOPBACK), 0));
            int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
            int type = channel instanceof DatagramChannel ? 2 : 1;
            Libc.check("a socket", SystemCall.DUP3, socket.number(), find(port, type, socket.number()), O_CLOEXEC);
            return channel;
        } catch (IOException | RuntimeException refused) {
            channel.close();
            throw refused;
        }
    }

    /// The descriptor of this process that is bound to the port. It was opened a moment ago: most likely right behind
    /// `near`.
    private static int find(int port, int type, int near) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var probe = new Probe(arena, port, type);
            for (int number = near + 1; number < near + 4; number++) {
                if (probe.matches(number)) {
                    return number;
                }
            }
            try (var open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
                for (var path : open) {
                    int number = Integer.parseInt(path.getFileName().toString());
                    if (probe.matches(number)) {
                        return number;
                    }
                }
            }
        }
        throw new IOException("The descriptor of the socket at port " + port + " was not found");
    }

    /// Asks the kernel what a descriptor is. The same port can be bound once for TCP and once for UDP.
    private record Probe(Arena arena, int port, int type) {

        /// 127.0.0.1 in the network's order, read in the processor's: both architectures are little-endian.
        private static final int LOOPBACK_BYTES = 0x0100007f;

        private static final int SOL_SOCKET = 1;
        private static final int SO_TYPE = 3;

        boolean matches(int number) {
            var address = arena.allocate(ADDRESS_BYTES, 4);
            var length = arena.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, ADDRESS_BYTES);
            if (Libc.call(SystemCall.GETSOCKNAME, number, address.address(), length.address()) < 0
                    || address.get(java.lang.foreign.ValueLayout.JAVA_SHORT, 0) != AF_INET) {
                return false;
            }
            int bound = (address.get(JAVA_BYTE, 2) & 0xff) << 8 | (address.get(JAVA_BYTE, 3) & 0xff);
            if (bound != port || address.get(JAVA_INT, 4) != LOOPBACK_BYTES) {
                return false;
            }
            length.set(JAVA_INT, 0, Integer.BYTES);
            var kind = arena.allocate(JAVA_INT);
            return Libc.call(SystemCall.GETSOCKOPT, number, SOL_SOCKET, SO_TYPE, kind.address(), length.address()) == 0
                    && kind.get(JAVA_INT, 0) == type;
        }
    }
}
