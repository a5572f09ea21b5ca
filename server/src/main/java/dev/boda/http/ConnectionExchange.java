package dev.boda.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request on a connection and its answer. The handler's thread reads the request and gives the answer; the
/// connection's I/O thread feeds the body and writes.
final class ConnectionExchange implements HttpExchange, RequestBody.Source {

    private final HttpConnection connection;
    private final RequestHead head;
    private final RequestBody body;
    private volatile boolean carried;
    private volatile boolean bodyLeft;
    /// The answer before, which leaves with this one.
    private final byte[] owed;

    // All guarded by this.
    private boolean answered;
    private boolean complete;
    private boolean gone;
    private boolean mustContinue;
    private boolean continued;
    private boolean written;
    private boolean callBack;
    private @Nullable Runnable onDisconnect;

    ConnectionExchange(HttpConnection connection, RequestHead head, BoundListener listener, byte[] owed) {
        this.connection = connection;
        this.owed = owed;
        this.head = head;
        body = new RequestBody(listener.limits(), listener.bodyMemory(), this);
        mustContinue = head.asksFirst();
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String rawPath() {
        return head.rawPath();
    }

    @Override
    public String rawQuery() {
        return head.rawQuery();
    }

    @Override
    public HttpHeaders headers() {
        return head.headers();
    }

    @Override
    public InetSocketAddress remote() {
        return connection.remote();
    }

    @Override
    public byte[] readBody(int limitBytes) throws IOException {
        if (head.announcedBytes() > limitBytes) {
            leaveBody();
            throw new BodyTooLargeException(limitBytes);
        }
        return body.readAll(limitBytes, head.announcedBytes());
    }

    @Override
    public void leaveBody() {
        bodyLeft = true;
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public HttpHeaders trailers() {
        return body.trailers();
    }

    @Override
    public void respond(int status, HttpHeaders answerHeaders, byte[] bytes) throws IOException {
        byte[] begin = begin(status, answerHeaders, framing(status, bytes.length));
        claimAnswer();
        connection.answers().answer(this, begin, sent(status, bytes));
    }

    @Override
    public void respondWithNext(int status, HttpHeaders answerHeaders, byte[] bytes) throws IOException {
        byte[] begin = begin(status, answerHeaders, framing(status, bytes.length));
        claimAnswer();
        connection.answers().answerWithNext(this, begin, sent(status, bytes));
    }

    private byte[] sent(int status, byte[] bytes) {
        return method().equals("HEAD") || AnswerHead.bodiless(status) ? Bytes.NONE : bytes;
    }

    private byte[] begin(int status, HttpHeaders answerHeaders, String framing) {
        return Bytes.joined(owed, AnswerHead.of(status, answerHeaders, framing));
    }

    private String framing(int status, long length) {
        return AnswerHead.bodiless(status) ? "" : "Content-Length: " + length + "\r\n";
    }

    @Override
    public OutputStream respondInPieces(int status, HttpHeaders answerHeaders) throws IOException {
        var announced = answerHeaders.first("content-length").map(Long::parseLong);
        var form = AnswerStream.Form.CHUNKED;
        String framing = "Transfer-Encoding: chunked\r\n";
        if (announced.isPresent()) {
            form = AnswerStream.Form.BARE;
            framing = framing(status, announced.get());
        } else if (head.http10()) {
            form = AnswerStream.Form.UNTIL_CLOSE;
            framing = "";
        }
        if (method().equals("HEAD") || AnswerHead.bodiless(status)) {
            form = AnswerStream.Form.NOTHING;
            framing = AnswerHead.bodiless(status) ? "" : framing;
        }
        byte[] begin = begin(status, answerHeaders, framing);
        claimAnswer();
        connection.answers().begin(this, begin, form);
        return new AnswerStream(connection, this, form, announced.orElse(-1L));
    }

    private synchronized void claimAnswer() throws IOException {
        if (answered) {
            throw new IllegalStateException("This exchange has been answered already");
        }
        if (gone) {
            throw new ClosedChannelException();
        }
        answered = true;
    }

    synchronized boolean answered() {
        return answered;
    }

    @Override
    public void abort() {
        connection.abort(this);
    }

    @Override
    public synchronized boolean open() {
        return !gone;
    }

    @Override
    public void onDisconnect(Runnable action) {
        synchronized (this) {
            if (complete) {
                return;
            }
            if (!gone) {
                var earlier = onDisconnect;
                onDisconnect = earlier == null
                        ? action
                        : () -> {
                            earlier.run();
                            action.run();
                        };
                return;
            }
        }
        action.run();
    }

    /// I/O thread: the answer is written.
    synchronized void completed() {
        complete = true;
        onDisconnect = null;
    }

    /// I/O thread: the client has gone. What is to be run is returned, to be run without the monitor.
    synchronized @Nullable Runnable disconnected() {
        gone = true;
        if (complete) {
            return null;
        }
        var action = onDisconnect;
        onDisconnect = null;
        return action;
    }

    /// Whether the answering thread itself may write the answer: the request is received whole, and nothing else is
    /// on its way to the client. From here on the answer counts as complete: a client that has it may go at once.
    synchronized boolean mayBeWrittenDirectly() {
        complete = body.readToItsEnd() && !continued && !gone;
        return complete;
    }

    /// The answer is written. Whether the I/O thread wants to be told.
    synchronized boolean writtenDirectly() {
        written = true;
        onDisconnect = null;
        return callBack;
    }

    /// Whether the answering thread itself has written the answer.
    synchronized boolean written() {
        return written;
    }

    /// The answer is not complete after all.
    void notWrittenDirectly() {
        Runnable action = null;
        synchronized (this) {
            complete = false;
            if (gone) {
                action = onDisconnect;
                onDisconnect = null;
            }
        }
        if (action != null) {
            action.run();
        }
    }

    /// I/O thread: whether the answer has been written directly; if not, it wants to be told.
    synchronized boolean writtenOrCallsBack() {
        callBack = !written;
        return written;
    }

    RequestBody received() {
        return body;
    }

    /// Whether the connection may serve another request after this one.
    boolean keepAlive() {
        return head.keepAlive();
    }

    boolean http10() {
        return head.http10();
    }

    /// Whether the client waits for a word before it sends its body, and has not had it.
    synchronized boolean holdsBodyBack() {
        return mustContinue;
    }

    /// Whether the answer does not wait for the body.
    boolean bodyLeft() {
        return bodyLeft;
    }

    @Override
    public void wanted() {
        synchronized (this) {
            if (!mustContinue || answered) {
                return;
            }
            mustContinue = false;
            continued = true;
        }
        connection.answers().sendContinue();
    }

    @Override
    public void roomMade() {
        connection.resumeReading();
    }

    /// I/O thread: the handler's thread is carried by this one.
    void carried() {
        carried = true;
    }

    /// I/O thread: whether the body has at most so many bytes; of one in chunks that is known when it has come.
    boolean hasBodyWithin(long bytes) {
        long announced = head.announcedBytes();
        long known = announced < 0 && head.chunked() && !body.ended() ? Long.MAX_VALUE : announced;
        return Math.max(known, body.receivedBytes()) <= bytes;
    }

    @Override
    public void spent(List<ByteBuf> buffers) {
        if (carried && !buffers.isEmpty()) {
            connection.answers().release(buffers);
        } else {
            buffers.forEach(ByteBuf::release);
        }
    }
}
