package dev.boda.names;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A question on its way to the machine's name servers, one after the other until one answers. Each attempt has a
/// socket of its own, and with it a port that nobody can guess. Belongs to the thread of the [NameServer].
final class Lookup {

    /// How long a name server has before the next one is asked. Resolvers inside ask again after 5 s.
    static final Duration ATTEMPT = Duration.ofMillis(1_500);

    private final EnvironmentNames environment;
    private final InetSocketAddress client;
    private final Question question;
    private final List<InetSocketAddress> servers;
    private int asked;
    private int id;
    private long deadlineNanos;
    private @Nullable DatagramChannel channel;

    Lookup(EnvironmentNames environment, InetSocketAddress client, Question question, List<InetSocketAddress> servers) {
        this.environment = environment;
        this.client = client;
        this.question = question;
        this.servers = servers;
    }

    EnvironmentNames environment() {
        return environment;
    }

    InetSocketAddress client() {
        return client;
    }

    Question question() {
        return question;
    }

    boolean isOverdue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /// Asks the next name server.
    ///
    /// @return whether there is one that could be asked
    boolean ask(Selector selector, RandomGenerator random, long nowNanos) {
        close();
        while (asked < servers.size()) {
            var server = servers.get(asked++);
            id = random.nextInt(1 << 16);
            try {
                send(server, selector);
                deadlineNanos = nowNanos + ATTEMPT.toNanos();
                return true;
            } catch (IOException | RuntimeException unreachable) {
                close();
            }
        }
        return false;
    }

    private void send(InetSocketAddress server, Selector selector) throws IOException {
        var opened = DatagramChannel.open();
        channel = opened;
        opened.configureBlocking(false);
        opened.connect(server);
        opened.register(selector, SelectionKey.OP_READ, this);
        opened.write(ByteBuffer.wrap(question.withId(id)));
    }

    /// The answer for the client, if what came is one; null if it has to be waited for.
    ///
    /// @throws IOException if this name server does not answer
    byte @Nullable [] receive(ByteBuffer buffer) throws IOException {
        var opened = channel;
        if (opened == null) {
            return null;
        }
        buffer.clear();
        if (opened.read(buffer) <= 0) {
            return null;
        }
        var answer = new byte[buffer.flip().remaining()];
        buffer.get(answer);
        if (!question.isAnsweredBy(answer, id)) {
            return null;
        }
        if (Question.isFailure(answer) && asked < servers.size()) {
            throw new IOException("Another name server may know");
        }
        return question.backTo(answer);
    }

    void close() {
        var opened = channel;
        channel = null;
        if (opened != null) {
            try {
                opened.close();
            } catch (IOException closed) {
                throw new UncheckedIOException(closed);
            }
        }
    }
}
