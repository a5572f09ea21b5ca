package dev.boda.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
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
    private static final int LINGER_SECONDS = 3;
    private static final long NEVER = 0;

    private final BoundListener listener;
    private final DirectChannel channel;
    private final Answers answers;
    private final ArrayDeque<HttpObject> sentAhead = new ArrayDeque<>(2);
    private @Nullable ConnectionExchange current;
    private boolean dispatched;
    /// No request is taken any more: what the client sends is dropped.
    private volatile boolean ending;
    private volatile long deadlineNanos;

    HttpConnection(BoundListener listener, DirectChannel channel) {
        this.listener = listener;
        this.channel = channel;
        answers = new Answers(this, channel, listener.limits());
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
            answers.expect();
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
            answers.bodyEnded();
        } else if (body.droppedTooMuch()) {
            answers.giveUpBody();
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
            answers.giveUpBody();
        } else {
            current = null;
            refuse(Refusal.of(cause));
        }
    }

    private void refuse(Refusal refusal) {
        ending = true;
        answers.refuse(refusal).addListener(_ -> linger());
    }

    void adjustReading() {
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

    /// Any thread: where answers go.
    Answers answers() {
        return answers;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        answers.changed();
    }

    /// Says that nothing more will come, and drops what the client still sends for a while: closing at once would
    /// reset the connection, and the client would lose the answer.
    void linger() {
        ending = true;
        current = null;
        sentAhead.forEach(ReferenceCountUtil::release);
        sentAhead.clear();
        awaitUntil(LINGER_SECONDS * 1_000_000_000L);
        var _ = channel.shutdownOutput();
        adjustReading();
    }

    void next() {
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

    boolean ending() {
        return ending;
    }

    /// No other request is served after this one.
    void end() {
        ending = true;
    }

    boolean closing() {
        return listener.closing();
    }

    void awaitRequest() {
        awaitUntil(listener.limits().idle().toNanos());
    }

    /// The client has all the time it wants.
    void awaitNothing() {
        deadlineNanos = NEVER;
    }

    void awaitUntil(long nanosFromNow) {
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
            if (current == exchange && !answers.written() && !exchange.written()) {
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
        answers.drop();
        var exchange = current;
        if (exchange != null) {
            var action = exchange.disconnected();
            exchange.received().clientGone();
            answers.changed();
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
