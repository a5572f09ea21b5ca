package dev.boda.http;

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
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One client's connection. It serves one request at a time and keeps what the client has sent ahead, so that the
/// answers go out in order. Reading goes on while a request is handled, so that a client that goes is noticed, except
/// while its body or the requests sent ahead have filled their limits.
///
/// All fields belong to the connection's I/O thread, but for the volatile ones. Methods that other threads call are
/// marked.
final class HttpConnection extends ChannelInboundHandlerAdapter {

    /// Decoded parts of requests sent ahead, and their bytes; reading stops beyond.
    private static final int SENT_AHEAD = 32;
    private static final int SENT_AHEAD_BYTES = 64 * 1024;
    private static final int LINGER_SECONDS = 3;
    private static final long NEVER = 0;

    /// What a deadline is for.
    private enum Awaited {
        /// Nothing: the client has done its part.
        NOTHING,
        /// The first byte of a request: nobody has a loss when the connection is closed.
        REQUEST,
        /// The rest of its head.
        HEAD,
        /// The client to receive or to send at the pace of the limits.
        PROGRESS,
        /// The client to see the end.
        END
    }

    private final BoundListener listener;
    private final DirectChannel channel;
    private final Answers answers;
    private final ArrayDeque<HttpObject> sentAhead = new ArrayDeque<>(2);
    private @Nullable ConnectionExchange current;
    private boolean dispatched;
    private boolean decoded;
    private int sentAheadBytes;
    private long receivedBytes;
    private long movedBefore;
    private Duration pause = Duration.ZERO;
    /// The answer before, if it leaves with the next one.
    private byte[] owed = Bytes.NONE;
    /// No request is taken any more: what the client sends is dropped.
    private volatile boolean ending;
    private volatile Awaited awaited = Awaited.REQUEST;
    private volatile long deadlineNanos;
    // Published by the deadline.
    private long sinceNanos;
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
            sentAheadBytes += sizeOf(part);
            adjustReading();
        }
    }

    private static int sizeOf(HttpObject part) {
        return part instanceof HttpContent content ? content.content().readableBytes() : 0;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!decoded && awaited == Awaited.REQUEST) {
            awaitUntil(Awaited.HEAD, listener.limits().head().toNanos());
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
        awaitUntil(Awaited.END, LINGER_SECONDS * 1_000_000_000L);
        answers.refuse(refusal).addListener(_ -> linger());
    }

    void adjustReading() {
        boolean full = sentAhead.size() >= SENT_AHEAD
                || sentAheadBytes >= SENT_AHEAD_BYTES
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
        forgetSentAhead();
        awaitUntil(Awaited.END, LINGER_SECONDS * 1_000_000_000L);
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
            var part = sentAhead.remove();
            sentAheadBytes -= sizeOf(part);
            accept(part);
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

    private void forgetSentAhead() {
        sentAhead.forEach(ReferenceCountUtil::release);
        sentAhead.clear();
        sentAheadBytes = 0;
    }

    /// Any thread: nothing is under way.
    void awaitRequest() {
        awaitUntil(Awaited.REQUEST, listener.limits().idle().toNanos());
    }

    /// The client has all the time it wants.
    void awaitNothing() {
        awaited = Awaited.NOTHING;
        deadlineNanos = NEVER;
    }

    /// In each such pause something must move.
    void awaitProgress(Duration each) {
        pause = each;
        movedBefore = moved();
        awaitUntil(Awaited.PROGRESS, each.toNanos());
    }

    private void awaitUntil(Awaited what, long nanosFromNow) {
        long now = System.nanoTime();
        long deadline = now + nanosFromNow;
        awaited = what;
        sinceNanos = now;
        deadlineNanos = deadline == NEVER ? 1 : deadline;
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
        long deadline = deadlineNanos;
        if (deadline != NEVER && nowNanos - deadline >= 0) {
            channel.eventLoop().execute(() -> {
                if (deadlineNanos == deadline) {
                    overdue();
                }
            });
        }
    }

    private void overdue() {
        switch (awaited) {
            case NOTHING -> {}
            case REQUEST, END -> close();
            case HEAD -> {
                current = null;
                refuse(Refusal.SLOW);
            }
            case PROGRESS -> {
                if (moved() - movedBefore >= listener.limits().paceBytes()) {
                    awaitProgress(pause);
                } else {
                    close();
                }
            }
        }
    }

    /// Any thread: whether no request is under way.
    boolean waits() {
        return awaited == Awaited.REQUEST || awaited == Awaited.HEAD;
    }

    /// Any thread: what tells whether this connection or another one makes room.
    Waiting waiting() {
        return new Waiting(this, served, sinceNanos);
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
        forgetSentAhead();
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
