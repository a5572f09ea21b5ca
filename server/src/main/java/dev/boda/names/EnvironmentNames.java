package dev.boda.names;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The socket inside one environment: how much may be asked there now, and what was said of it already. Belongs to the
/// thread of the [NameServer].
final class EnvironmentNames {

    /// Questions under way; more wait in the socket's queue.
    static final int AT_ONCE = 64;

    /// As AWS allows a network interface in a second, for each tenth of one.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html#vpc-dns-limits>
    static final int IN_A_WINDOW = 102;

    static final long WINDOW_NANOS = 100_000_000;

    /// Names of AWS that are told to the function's owner.
    static final int MOST_TOLD = 20;

    /// Which public name servers know as 127.0.0.1.
    private static final String PUBLIC = "localhost.localstack.cloud";

    private static final int LARGEST_DATAGRAM_BYTES = 65_535;

    private final DatagramChannel socket;
    private final Set<String> own;
    private final Consumer<String> told;
    private final Set<String> names = new HashSet<>();
    private @Nullable SelectionKey key;
    private int underWay;
    private int inWindow;
    private long windowNanos;

    /// @param own  names of the environment itself, in small letters
    /// @param told hears of each name of AWS that is not resolved, once
    EnvironmentNames(DatagramChannel socket, Set<String> own, Consumer<String> told) {
        this.socket = socket;
        this.own = Set.copyOf(own);
        this.told = told;
    }

    DatagramChannel socket() {
        return socket;
    }

    void registered(SelectionKey its) {
        key = its;
    }

    /// Names by which AWS's tools and function URLs call this server mean the environment itself: it is served there.
    boolean isOwn(String name) {
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals(PUBLIC)
                || name.endsWith("." + PUBLIC)
                || own.contains(name);
    }

    /// Whether one more question may be read.
    boolean mayAsk(long nowNanos) {
        if (nowNanos - windowNanos >= WINDOW_NANOS) {
            windowNanos = nowNanos;
            inWindow = 0;
        }
        return underWay < AT_ONCE && inWindow < IN_A_WINDOW;
    }

    /// Its questions are read from now on, or wait.
    void reads(boolean on) {
        if (key != null && key.isValid()) {
            key.interestOps(on ? SelectionKey.OP_READ : 0);
        }
    }

    /// The next question's bytes are in `buffer`, and who asked is returned; null if nobody does.
    @Nullable
    InetSocketAddress receive(ByteBuffer buffer) throws IOException {
        buffer.clear().limit(LARGEST_DATAGRAM_BYTES);
        var client = (InetSocketAddress) socket.receive(buffer);
        buffer.flip();
        inWindow += client == null ? 0 : 1;
        return client;
    }

    void send(byte[] answer, InetSocketAddress client) throws IOException {
        // Nobody waits for a client that does not read: it asks again.
        socket.send(ByteBuffer.wrap(answer), client);
    }

    void lookupBegan() {
        underWay++;
    }

    void lookupEnded() {
        underWay--;
    }

    /// Says, on a thread of its own, that a name of AWS was asked for.
    void tell(String name) {
        if (names.size() < MOST_TOLD && names.add(name)) {
            var _ = Thread.ofVirtual().name("names-notice").start(() -> told.accept(name));
        }
    }
}
