package dev.boda.bench.load;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Asks and reads the answer, on one connection that it keeps. For one thread.
public final class Client implements AutoCloseable {

    private final Target target;
    private final Signer signer;
    private @Nullable SocketChannel channel;

    /// An answer.
    ///
    /// @param nanos from the sending to the answer's last byte
    public record Reply(int status, boolean succeeded, byte[] body, long nanos) {

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    public Client(Target target, Signer signer) {
        this.target = target;
        this.signer = signer;
    }

    /// The answer, whatever it is.
    public Reply ask(Request request) throws IOException {
        var requests = new SignedRequests(request, target, signer);
        var open = channel == null ? target.connect() : channel;
        // Used again only after an answer.
        channel = null;
        var connection = new Connection(open, requests, true);
        try {
            connection.prepare();
            connection.exchange();
            long nanos = System.nanoTime() - connection.sentNanos();
            channel = open;
            var answer = connection.answer();
            return new Reply(answer.status(), answer.succeeded(), answer.body(), nanos);
        } finally {
            if (channel == null) {
                open.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
