package dev.boda.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One client's connection. It serves one request at a time and keeps what the client has sent ahead, so that the
/// answers go out in order. Reading goes on while a request is handled, so that a client that goes is noticed, except
/// while its body or the requests sent ahead have filled their limits.
///
/// All fields belong to the connection's I/O thread, but for the volatile ones. Methods that other threads call are
/// marked.
final class HttpConnection extends ChannelInboundHandlerAdapter {

    /// Decoded parts of requests sent ahead; reading stops beyond.
    private static final int SENT_AHEAD = 32;
    /// Larger answers are left to the I/O thread, which waits for the socket.
    private static final int LARGEST_DIRECT_BYTES = 64 * 1024;

    private static final int LINGER_SECONDS = 3;
    private static final long NEVER = 0;

    private final BoundListener listener;
    private final DirectChannel channel;
    private final Outbound outbound;
    private final ArrayDeque<HttpObject> sentAhead = new ArrayDeque<>(2);
    private @Nullable ConnectionExchange current;
    private boolean dispatched;
    /// No request is taken any more: what the client sends is dropped.
    private volatile boolean ending;
    private boolean answerWritten;
    private @Nullable Runnable waitingAnswer;
    private volatile long deadlineNanos;

    HttpConnection(BoundListener listener, DirectChannel channel) {
        this.listener = listener;
        this.channel = channel;
        outbound = new Outbound(channel, listener.limits().answerPause());
    }

    InetSocketAddress remote() {
        return channel.remoteAddress();
    }

    // Receiving

    @Override
    public void channelActive(ChannelHandlerContext context) {
        awaitRequest();
        listener.opened(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var part = (HttpObject) message;
        boolean itsTurn = sentAhead.isEmpty() && turnOfNext();
        if (ending && current == null) {
            ReferenceCountUtil.release(part);
        } else if (itsTurn) {
            accept(part);
        } else {
            sentAhead.add(part);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        dispatch();
        adjustReading();
    }

    private void accept(HttpObject part) {
        if (part.decoderResult().isFailure()) {
            ReferenceCountUtil.release(part);
            malformed(part.decoderResult().cause());
            return;
        }
        if (part instanceof HttpRequest request) {
            var refusal = Refusal.of(request);
            if (refusal != null) {
                refuse(refusal);
                return;
            }
            deadlineNanos = NEVER;
            current = new ConnectionExchange(this, request, listener.limits());
            dispatched = false;
            answerWritten = false;
        }
        if (part instanceof HttpContent content) {
            receive(content);
        }
    }

    private void receive(HttpContent content) {
        var exchange = current;
        if (exchange == null) {
            content.release();
            return;
        }
        var body = exchange.received();
        body.append(content.content());
        if (content instanceof LastHttpContent last) {
            body.end(ConnectionExchange.headersOf(last.trailingHeaders()));
            dispatch();
            bodyEnded();
        } else if (body.droppedTooMuch()) {
            giveUpBody();
        }
    }

    /// Gives the request to its handler: with all of its body, if that came along with its head.
    private void dispatch() {
        var exchange = current;
        if (exchange != null && !dispatched) {
            dispatched = true;
            listener.handle(exchange);
        }
    }

    private void malformed(Throwable cause) {
        if (current != null && !current.received().ended()) {
            current.received().fail(new MalformedBodyException(cause));
            dispatch();
            giveUpBody();
        } else {
            current = null;
            refuse(Refusal.of(cause));
        }
    }

    private void refuse(Refusal refusal) {
        ending = true;
        byte[] head = AnswerHead.of(refusal.status(), HttpHeaders.EMPTY, "Content-Length: 0\r\n");
        outbound.answer(head, AnswerHead.end(false, false), new byte[0]).addListener(_ -> linger());
    }

    private void adjustReading() {
        boolean full = sentAhead.size() >= SENT_AHEAD
                || (current != null && current.received().crowded());
        if (channel.config().isAutoRead() == full) {
            channel.config().setAutoRead(!full);
        }
    }

    /// Any thread: there is room for more of the body.
    void resumeReading() {
        channel.eventLoop().execute(this::adjustReading);
    }

    // Answering

    /// Any thread: the client may send its body.
    void sendContinue() {
        outbound.goOn();
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
        awaitRequest();
        try {
            var rest = outbound.answerNow(head, AnswerHead.end(true, false), body);
            if (rest.length > 0) {
                exchange.notWrittenDirectly();
                channel.eventLoop().execute(() -> written(exchange, keeps(exchange), outbound.end(rest)));
            } else if (exchange.writtenDirectly()) {
                channel.eventLoop().execute(this::next);
            }
        } catch (IOException broken) {
            exchange.notWrittenDirectly();
            close();
        }
    }

    private void answerByLoop(ConnectionExchange exchange, byte[] head, byte[] body) {
        channel.eventLoop()
                .execute(() -> whenReceived(exchange, () -> {
                    boolean keep = keeps(exchange);
                    written(exchange, keep, outbound.answer(head, AnswerHead.end(keep, exchange.http10()), body));
                }));
    }

    /// Runs `answer` when the request's body has come and is dropped, or has been given up.
    private void whenReceived(ConnectionExchange exchange, Runnable answer) {
        var body = exchange.received();
        if (body.ended() || body.failed() || ending || exchange.holdsBodyBack()) {
            answer.run();
            return;
        }
        waitingAnswer = answer;
        awaitUntil(listener.limits().bodyPause().toNanos());
        body.discard();
        adjustReading();
    }

    private void bodyEnded() {
        var answer = waitingAnswer;
        waitingAnswer = null;
        if (answer != null) {
            deadlineNanos = NEVER;
            answer.run();
        } else if (answerWritten && !ending) {
            next();
        }
    }

    /// So much of an unwanted body has come that its connection is not worth it.
    private void giveUpBody() {
        ending = true;
        var answer = waitingAnswer;
        waitingAnswer = null;
        if (answer != null) {
            answer.run();
        } else if (answerWritten) {
            linger();
        }
    }

    private boolean keeps(ConnectionExchange exchange) {
        if (ending || listener.closing()) {
            return false;
        }
        var body = exchange.received();
        boolean framed = body.ended() || !(body.failed() || exchange.holdsBodyBack());
        return exchange.keepAlive() && framed;
    }

    /// Any thread: starts an answer in pieces.
    void begin(ConnectionExchange exchange, byte[] head, AnswerStream.Form form) {
        channel.eventLoop().execute(() -> {
            boolean keep = form != AnswerStream.Form.UNTIL_CLOSE && keeps(exchange);
            ending |= !keep;
            var _ = outbound.answer(head, AnswerHead.end(keep, exchange.http10()), new byte[0]);
        });
    }

    /// The exchange's thread: the next piece. Blocks while the client is slower.
    void write(ConnectionExchange exchange, byte[] piece) throws IOException {
        outbound.piece(piece, exchange::open);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        outbound.changed();
    }

    /// Any thread: ends an answer in pieces.
    void finish(ConnectionExchange exchange, byte[] end) {
        channel.eventLoop().execute(() -> written(exchange, !ending, outbound.end(end)));
    }

    private void written(ConnectionExchange exchange, boolean keep, ChannelFuture write) {
        ending |= !keep;
        if (!write.isDone()) {
            awaitUntil(listener.limits().answerPause().toNanos());
        }
        write.addListener(result -> {
            if (!result.isSuccess()) {
                var _ = channel.close();
                return;
            }
            exchange.completed();
            answerWritten = true;
            exchange.received().discard();
            if (ending) {
                linger();
            } else if (exchange.received().ended()) {
                next();
            } else {
                awaitUntil(listener.limits().bodyPause().toNanos());
                adjustReading();
            }
        });
    }

    /// Says that nothing more will come, and drops what the client still sends for a while: closing at once would
    /// reset the connection, and the client would lose the answer.
    private void linger() {
        ending = true;
        current = null;
        sentAhead.forEach(ReferenceCountUtil::release);
        sentAhead.clear();
        awaitUntil(LINGER_SECONDS * 1_000_000_000L);
        var _ = channel.shutdownOutput();
        adjustReading();
    }

    private void next() {
        current = null;
        if (listener.closing()) {
            linger();
            return;
        }
        awaitRequest();
        while (!sentAhead.isEmpty() && !ending && turnOfNext()) {
            accept(sentAhead.remove());
        }
        dispatch();
        adjustReading();
    }

    /// Whether what was sent ahead may be looked at: it belongs to the current request, or that is answered.
    private boolean turnOfNext() {
        if (current == null || !current.received().ended()) {
            return true;
        }
        if (current.writtenOrCallsBack()) {
            current = null;
        }
        return current == null;
    }

    // Ending

    private void awaitRequest() {
        awaitUntil(listener.limits().idle().toNanos());
    }

    private void awaitUntil(long nanosFromNow) {
        long deadline = System.nanoTime() + nanosFromNow;
        deadlineNanos = deadline == NEVER ? 1 : deadline;
    }

    /// Any thread: closes the connection if it has waited for its client too long.
    void closeIfOverdue(long nowNanos) {
        long deadline = deadlineNanos;
        if (deadline != NEVER && nowNanos - deadline >= 0) {
            channel.eventLoop().execute(() -> {
                if (deadlineNanos == deadline) {
                    var _ = channel.close();
                }
            });
        }
    }

    /// Any thread: lets an answer under way finish, and ends the connection.
    void drain() {
        channel.eventLoop().execute(() -> {
            if (!ending && (current == null || current.writtenOrCallsBack())) {
                close();
            }
        });
    }

    /// Any thread: ends the connection if this exchange is not complete.
    void abort(ConnectionExchange exchange) {
        channel.eventLoop().execute(() -> {
            if (current == exchange && !answerWritten && !exchange.written()) {
                close();
            }
        });
    }

    /// Any thread: ends the connection now.
    void close() {
        var _ = channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ending = true;
        sentAhead.forEach(ReferenceCountUtil::release);
        sentAhead.clear();
        waitingAnswer = null;
        var exchange = current;
        if (exchange != null) {
            var action = exchange.disconnected();
            exchange.received().clientGone();
            outbound.changed();
            if (action != null) {
                action.run();
            }
        }
        listener.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = channel.close();
    }
}
