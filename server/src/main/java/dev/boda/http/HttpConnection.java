package dev.boda.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// One client's connection. It serves one request at a time and keeps what the client has sent ahead, so that the
/// answers go out in order. Reading goes on while a request is handled, so that a client that goes is noticed, except
/// while its body or the requests sent ahead have filled their limits.
///
/// All fields belong to the connection's I/O thread, but for the volatile ones. Methods that other threads call are
/// marked.
final class HttpConnection extends ChannelInboundHandlerAdapter {

    private final BoundListener listener;
    private final DirectChannel channel;
    private final Answers answers;
    private final SentAhead sentAhead = new SentAhead();
    private final ClientPace pace;
    private @Nullable ConnectionExchange current;
    private boolean dispatched;
    private boolean decoded;
    /// The answer before, if it leaves with the next one.
    private byte[] owed = Bytes.NONE;
    /// No request is taken any more: what the client sends is dropped.
    private volatile boolean ending;
    private volatile boolean served;

    HttpConnection(BoundListener listener, DirectChannel channel) {
        this.listener = listener;
        this.channel = channel;
        pace = new ClientPace(this, channel, listener);
        answers = new Answers(this, channel, pace, listener.limits());
    }

    InetSocketAddress remote() {
        return channel.remoteAddress();
    }

    // Receiving

    @Override
    public void channelActive(ChannelHandlerContext context) {
        // Known from now on, also when the client has gone.
        var _ = remote();
        pace.awaitRequest();
        listener.opened(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var part = (HttpObject) message;
        decoded = true;
        boolean itsTurn = sentAhead.isEmpty() && turnOfNext();
        if (ending && current == null) {
            drop(part);
        } else if (itsTurn) {
            accept(part);
        } else {
            sentAhead.add(part);
            adjustReading();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!decoded) {
            pace.awaitHead();
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
            var reason = Refusal.Reason.of(request);
            if (reason != null) {
                refuse(Refusal.of(reason, remote()));
                return;
            }
            pace.awaitNothing();
            served = true;
            current = new ConnectionExchange(this, RequestHead.of(request), listener, owed);
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
        pace.received(content.content().readableBytes());
        body.append(content.content());
        if (body.crowded()) {
            adjustReading();
        }
        if (content instanceof LastHttpContent last) {
            body.end(RequestHead.fields(last.trailingHeaders()));
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
            listener.calls().handle(exchange, channel.eventLoop());
        }
    }

    private void malformed(Throwable cause) {
        if (current != null && !current.received().ended()) {
            current.received().fail(new MalformedBodyException(cause));
            dispatch();
            answers.giveUpBody();
        } else {
            current = null;
            refuse(Refusal.of(cause, remote()));
        }
    }

    /// The request's line and headers take too long.
    void headTooSlow() {
        current = null;
        refuse(Refusal.of(Refusal.Reason.SLOW_HEAD, remote()));
    }

    private void refuse(Refusal refusal) {
        ending = true;
        pace.awaitEnd();
        int status = refusal.reason().status();
        listener.calls().tell(refusal, headers -> answers.refuse(status, headers));
    }

    /// Of what comes behind the last request, so much that the client can read its answer.
    private void drop(HttpObject part) {
        int bytes = part instanceof HttpContent content ? content.content().readableBytes() : 0;
        ReferenceCountUtil.release(part);
        if (pace.dropped(bytes)) {
            close();
        }
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
        Carrier.execute(channel.eventLoop(), this::adjustReading);
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
        pace.awaitEnd();
        var _ = channel.shutdownOutput();
        adjustReading();
    }

    boolean asksForMore() {
        return sentAhead.asksForMore();
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
        pace.awaitRequest();
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

    /// Any thread: what it waits for.
    ClientPace pace() {
        return pace;
    }

    /// The client does not go on with what it sends, or with its answer.
    void tooSlow() {
        if (pace.unreadBytes() > 0) {
            end(Refusal.Reason.ANSWER_UNREAD);
        } else {
            close();
        }
    }

    /// Any thread: what tells whether this connection or another one makes room.
    Waiting waiting() {
        return new Waiting(this, served, pace.sinceNanos());
    }

    /// Any thread: closes the connection unless a request has begun.
    void makeRoom() {
        channel.eventLoop().execute(() -> {
            if (pace.waitsForRequest()) {
                end(Refusal.Reason.NO_ROOM);
            }
        });
    }

    /// Any thread: closes the connection for that reason.
    void cutOff(Refusal.Reason reason) {
        channel.eventLoop().execute(() -> end(reason));
    }

    private void end(Refusal.Reason reason) {
        if (channel.isOpen()) {
            close();
            listener.calls().tell(Refusal.of(reason, remote()), _ -> {});
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
        Carrier.execute(channel.eventLoop(), () -> {
            if (current == exchange && !answers.written() && !exchange.written()) {
                if (exchange.http10()) {
                    // Whose answer ends with the connection: half of one ends with a reset.
                    channel.config().setSoLinger(0);
                }
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
                listener.calls().tell(action);
            }
        }
        listener.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = channel.close();
    }
}
