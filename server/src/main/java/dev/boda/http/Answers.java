package dev.boda.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// The answers of a connection, each after its request: written by the thread that has one, where nothing else is on
/// its way, or by the connection's I/O thread.
///
/// All fields belong to the I/O thread. Methods that other threads call are marked.
final class Answers {

    /// Larger answers are left to the I/O thread, which waits for the socket.
    private static final int LARGEST_DIRECT_BYTES = 64 * 1024;

    private final HttpConnection connection;
    private final DirectChannel channel;
    private final ClientPace pace;
    private final Outbound outbound;
    private boolean answerWritten;
    private @Nullable Runnable waitingAnswer;

    Answers(HttpConnection connection, DirectChannel channel, ClientPace pace, HttpLimits limits) {
        this.connection = connection;
        this.channel = channel;
        this.pace = pace;
        outbound = new Outbound(channel, limits.answerPause());
    }

    /// A request has come that has no answer yet.
    void expect() {
        answerWritten = false;
    }

    boolean written() {
        return answerWritten;
    }

    /// Any thread: there is no request, and will be none.
    void refuse(int status, HttpHeaders headers) {
        byte[] head = AnswerHead.of(status, headers, "Content-Length: 0\r\n");
        onLoop(() ->
                outbound.answer(head, AnswerHead.end(false, false), new byte[0]).addListener(_ -> connection.linger()));
    }

    /// Unless that has ended, and with it every connection.
    private void onLoop(Runnable task) {
        try {
            Carrier.execute(channel.eventLoop(), task);
        } catch (RejectedExecutionException _) {
            connection.close();
        }
    }

    /// There is room for more, or nobody to write to.
    void changed() {
        outbound.changed();
    }

    /// The client has gone.
    void drop() {
        waitingAnswer = null;
    }

    /// Any thread: the client may send its body.
    void sendContinue() {
        outbound.goOn();
    }

    /// Any thread: releases the buffers on the I/O thread. A thread that it carries must not await a lock for which the
    /// I/O thread itself may have to queue up, such as the allocator's: behind one that only it can carry on.
    void release(List<ByteBuf> buffers) {
        try {
            Carrier.execute(channel.eventLoop(), () -> buffers.forEach(ByteBuf::release));
        } catch (RejectedExecutionException ended) {
            buffers.forEach(ByteBuf::release);
        }
    }

    /// Any thread: answers whole.
    void answer(ConnectionExchange exchange, byte[] head, byte[] body) {
        if (head.length + body.length > LARGEST_DIRECT_BYTES
                || exchange.http10()
                || channel.eventLoop().inEventLoop()
                || !keeps(exchange)
                || !exchange.mayBeWrittenDirectly()) {
            answerByLoop(exchange, head, body);
            return;
        }
        pace.awaitRequest();
        try {
            var rest = outbound.answerNow(head, AnswerHead.end(true, false), body);
            if (rest.length > 0) {
                exchange.notWrittenDirectly();
                Carrier.execute(channel.eventLoop(), () -> written(exchange, keeps(exchange), outbound.end(rest)));
            } else if (exchange.writtenDirectly()) {
                Carrier.execute(channel.eventLoop(), connection::next);
            }
        } catch (IOException broken) {
            exchange.notWrittenDirectly();
            connection.close();
        }
    }

    /// Any thread: answers whole; in one write with the next answer, if the client waits for that one only.
    void answerWithNext(ConnectionExchange exchange, byte[] head, byte[] body) {
        Carrier.execute(channel.eventLoop(), () -> {
            if (exchange.received().readToItsEnd() && keeps(exchange) && connection.asksForMore()) {
                exchange.completed();
                connection.next(Bytes.joined(head, AnswerHead.end(true, exchange.http10()), body));
            } else {
                answerByLoop(exchange, head, body);
            }
        });
    }

    private void answerByLoop(ConnectionExchange exchange, byte[] head, byte[] body) {
        Carrier.execute(
                channel.eventLoop(),
                () -> whenReceived(exchange, () -> {
                    boolean keep = keeps(exchange);
                    written(exchange, keep, outbound.answer(head, AnswerHead.end(keep, exchange.http10()), body));
                }));
    }

    /// Runs `answer` when the request's body has come and is dropped, or has been given up; at once if the body is not
    /// waited for.
    private void whenReceived(ConnectionExchange exchange, Runnable answer) {
        var body = exchange.received();
        if (body.ended() || connection.ending() || lacksBody(exchange)) {
            answer.run();
            return;
        }
        waitingAnswer = answer;
        pace.awaitBody();
        body.discard();
        connection.adjustReading();
    }

    void bodyEnded() {
        var answer = waitingAnswer;
        waitingAnswer = null;
        if (answer != null) {
            pace.awaitNothing();
            answer.run();
        } else if (answerWritten && !connection.ending()) {
            connection.next();
        }
    }

    /// So much of an unwanted body has come that its connection is not worth it.
    void giveUpBody() {
        connection.end();
        var answer = waitingAnswer;
        waitingAnswer = null;
        if (answer != null) {
            answer.run();
        } else if (answerWritten) {
            connection.linger();
        }
    }

    private boolean keeps(ConnectionExchange exchange) {
        if (connection.ending() || connection.closing()) {
            return false;
        }
        return exchange.keepAlive() && (exchange.received().ended() || !lacksBody(exchange));
    }

    /// Whether nobody waits for the rest of the request's body.
    private static boolean lacksBody(ConnectionExchange exchange) {
        return exchange.received().failed() || exchange.holdsBodyBack() || exchange.bodyLeft();
    }

    /// Any thread: starts an answer in pieces.
    void begin(ConnectionExchange exchange, byte[] head, AnswerStream.Form form) {
        Carrier.execute(channel.eventLoop(), () -> {
            boolean keep = form != AnswerStream.Form.UNTIL_CLOSE && keeps(exchange);
            if (!keep) {
                connection.end();
            }
            var _ = outbound.answer(head, AnswerHead.end(keep, exchange.http10()), new byte[0]);
        });
    }

    /// The exchange's thread: the next piece. Blocks while the client is slower.
    void write(ConnectionExchange exchange, byte[] piece) throws IOException {
        outbound.piece(piece, exchange::open);
    }

    /// Any thread: ends an answer in pieces.
    void finish(ConnectionExchange exchange, byte[] end) {
        Carrier.execute(channel.eventLoop(), () -> written(exchange, !connection.ending(), outbound.end(end)));
    }

    private void written(ConnectionExchange exchange, boolean keep, ChannelFuture write) {
        if (!keep) {
            connection.end();
        }
        if (!write.isDone()) {
            pace.awaitReading();
        }
        write.addListener(result -> {
            pace.read();
            if (!result.isSuccess()) {
                var _ = channel.close();
                return;
            }
            exchange.completed();
            answerWritten = true;
            exchange.received().discard();
            if (connection.ending()) {
                connection.linger();
            } else if (exchange.received().ended()) {
                connection.next();
            } else {
                pace.awaitBody();
                connection.adjustReading();
            }
        });
    }
}
