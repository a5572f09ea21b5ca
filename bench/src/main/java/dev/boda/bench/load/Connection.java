package dev.boda.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/// One kept-alive connection with one request under way at most. For one thread.
final class Connection implements AutoCloseable {

    private final SocketChannel channel;
    private final Outgoing outgoing;
    private final AnswerReader answer;
    private ByteBuffer[] request = {};
    private long sentNanos;

    Connection(SocketChannel channel, Outgoing outgoing, boolean keepBodies) {
        this.channel = channel;
        this.outgoing = outgoing;
        this.answer = new AnswerReader(keepBodies);
    }

    SelectionKey register(java.nio.channels.Selector selector) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, SelectionKey.OP_READ, this);
    }

    /// Makes the next request ready. What that costs, its signature above all, is the client's and not counted.
    void prepare() {
        request = outgoing.next();
        answer.reset();
    }

    /// Sends what was prepared, or as much as the socket takes; true when it is gone.
    boolean send() throws IOException {
        sentNanos = System.nanoTime();
        return sendMore();
    }

    boolean sendMore() throws IOException {
        channel.write(request);
        return !request[request.length - 1].hasRemaining() && !request[0].hasRemaining();
    }

    /// Reads once; true when the answer is whole.
    boolean receive() throws IOException {
        return answer.read(channel);
    }

    /// Sends what was prepared and waits for the answer. Only for connections that are in no selector.
    void exchange() throws IOException {
        boolean sent = send();
        while (!sent) {
            sent = sendMore();
        }
        boolean whole = receive();
        while (!whole) {
            whole = receive();
        }
    }

    /// When the request was sent, of [System#nanoTime()].
    long sentNanos() {
        return sentNanos;
    }

    AnswerReader answer() {
        return answer;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
