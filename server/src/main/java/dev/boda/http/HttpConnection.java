package dev.boda.http;

import dev.boda.http.Patience.Awaited;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One client's connection. It serves one request at a time and keeps what the client has sent ahead, so that the
/// answers go out in order. Reading goes on while a request is handled, so that a client that goes is noticed, except
/// while its body or the requests sent ahead have filled their limits.
///
/// All fields belong to the connection's I/O thread, but for the volatile ones. Methods that other threads call are
/// marked.
final class HttpConnection extends ChannelInboundHandlerAdapter {

    private static final Duration LINGER = Duration.ofSeconds(3);

    private final BoundListener listener;
    private final DirectChannel channel;
    private final Answers answers;
    private final SentAhead sentAhead = new SentAhead();
    private final Patience patience = new Patience();
    private @Nullable ConnectionExchange current;
    private boolean dispatched;
    private boolean decoded;
    private long receivedBytes;
    /// The answer before, if it leaves with the next one.
    private byte[] owed = Bytes.NONE;
    /// No request is taken any more: what the client sends is dropped.
    private volatile boolean ending;
    private volatile boolean served;
    private volatile long unreadBytes;

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
        decoded = true;
        boolean itsTurn = sentAhead.isEmpty() && turnOfNext();
        if (ending && current == null) {
            ReferenceCountUtil.release(part);
        } else if (itsTurn) {
            accept(part);
        } else {
            sentAhead.add(part);
            adjustReading();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!decoded && patience.awaited() == Awaited.REQUEST) {
            patience.await(Awaited.HEAD, listener.limits().head());
        }
        decoded = false;
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
            awaitNothing();
            served = true;
            current = new ConnectionExchange(this, request, listener, owed);
            owed = Bytes.NONE;
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
        receivedBytes += content.content().readableBytes();
        body.append(content.content());
        if (body.crowded()) {
            adjustReading();
        }
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
            listener.handle(exchange, channel.eventLoop());
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
        patience.await(Awaited.END, LINGER);
        answers.refuse(refusal).addListener(_ -> linger());
    }

    void adjustReading() {
        boolean full =
                sentAhead.full() || (current != null && current.received().crowded());
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
        sentAhead.forget();
        patience.await(Awaited.END, LINGER);
        var _ = channel.shutdownOutput();
        adjustReading();
    }

    /// Whether the client has sent its next request ahead and asks for nothing before that one's answer.
    boolean asksForMore() {
        return sentAhead.peek() instanceof HttpRequest next
                && next.method().equals(HttpMethod.GET)
                && next.decoderResult().isSuccess()
                && !HttpUtil.is100ContinueExpected(next)
                && Refusal.of(next) == null;
    }

    void next() {
        next(Bytes.NONE);
    }

    /// @param owed the answer that leaves with the next one
    void next(byte[] owed) {
        this.owed = owed;
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

    /// Any thread: nothing is under way.
    void awaitRequest() {
        patience.await(Awaited.REQUEST, listener.limits().idle());
    }

    /// The client has all the time it wants.
    void awaitNothing() {
        patience.awaitNothing();
    }

    /// In each such pause something must move.
    void awaitProgress(Duration each) {
        patience.awaitProgress(each, moved());
    }

    /// An answer is larger than what the client takes at once.
    void awaitReading() {
        var out = channel.unsafe().outboundBuffer();
        unreadBytes = out == null ? 0 : out.totalPendingWriteBytes();
        awaitProgress(listener.limits().answerPause());
        listener.unread(unreadBytes);
    }

    /// It has read everything, or is gone.
    void read() {
        listener.unread(-unreadBytes);
        unreadBytes = 0;
    }

    /// Any thread: how much of its answer the client had not taken at once.
    long unreadBytes() {
        return unreadBytes;
    }

    /// Grows with every byte of a body that comes and with every byte of an answer that goes.
    private long moved() {
        var out = channel.unsafe().outboundBuffer();
        return out == null ? receivedBytes : receivedBytes - out.totalPendingWriteBytes() + out.currentProgress();
    }

    /// Any thread: closes the connection if it has waited for its client too long.
    void closeIfOverdue(long nowNanos) {
        long passed = patience.passed(nowNanos);
        if (passed != 0) {
            channel.eventLoop().execute(() -> {
                if (patience.is(passed)) {
                    overdue();
                }
            });
        }
    }

    private void overdue() {
        switch (patience.awaited()) {
            case NOTHING -> {}
            case REQUEST, END -> close();
            case HEAD -> {
                current = null;
                refuse(Refusal.SLOW);
            }
            case PROGRESS -> {
                if (!patience.goesOn(moved(), listener.limits().paceBytes())) {
                    close();
                }
            }
        }
    }

    /// Any thread: whether no request is under way.
    boolean waits() {
        return patience.waitsForRequest();
    }

    /// Any thread: what tells whether this connection or another one makes room.
    Waiting waiting() {
        return new Waiting(this, served, patience.sinceNanos());
    }

    /// A connection without a request under way. First are those that never brought one, then the longest waiting.
    record Waiting(HttpConnection connection, boolean served, long sinceNanos) implements Comparable<Waiting> {

        @Override
        public int compareTo(Waiting other) {
            return served == other.served
                    ? Long.signum(sinceNanos - other.sinceNanos)
                    : Boolean.compare(served, other.served);
        }
    }

    /// Any thread: closes the connection unless a request has begun.
    void makeRoom() {
        channel.eventLoop().execute(() -> {
            if (waits()) {
                close();
            }
        });
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
        sentAhead.forget();
        answers.drop();
        var exchange = current;
        if (exchange != null) {
            var action = exchange.disconnected();
            exchange.received().clientGone();
            answers.changed();
            if (action != null) {
                listener.tell(action);
            }
        }
        listener.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = channel.close();
    }
}
