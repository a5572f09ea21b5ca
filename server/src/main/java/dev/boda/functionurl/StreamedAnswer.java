package dev.boda.functionurl;

import dev.boda.engine.ResponseSink;
import dev.boda.engine.ResponseTooLargeException;
import dev.boda.http.HttpHeaders;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Passes a function's answer on as it comes. The head of the answer to the client is its prelude, or, where the
/// function gives none, 200 and the runtime's content type. An answer that the runtime does not stream, such as a plain
/// handler's, is kept whole, for whoever awaits the invocation to answer: AWS sends its JSON as it is, `statusCode` and
/// all (LocalStack's `test_lambda_url_echo_invoke`, validated against AWS).
///
/// Runs on the thread that reads the runtime's answer; whoever awaits the invocation asks when that has ended. Both may
/// want to answer at that moment, where a function is ended while its answer begins: the first one does.
final class StreamedAnswer implements ResponseSink {

    private static final int OK = 200;

    private final Client client;
    private final int mostBytes;
    private final WholeAnswer whole = new WholeAnswer();
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile @Nullable IOException lost;
    private volatile boolean streamed;
    private volatile int status;
    private volatile boolean finished;
    // Of the thread that writes.
    private @Nullable AnswerPrelude prelude;
    private @Nullable OutputStream body;
    private String contentType = "";
    private long taken;

    /// Who gets the answer.
    interface Client {

        OutputStream begin(int status, HttpHeaders.Builder headers) throws IOException;

        /// There is nothing to begin with.
        void malformed(MalformedAnswerException why) throws IOException;

        /// It has gone, or reads too slowly: no more is sent.
        void cutOff();
    }

    StreamedAnswer(Client client, int mostBytes) {
        this.client = client;
        this.mostBytes = mostBytes;
    }

    @Override
    public void begin(String type, boolean asStream) {
        streamed = asStream;
        prelude = AnswerPrelude.begins(type) ? new AnswerPrelude() : null;
        contentType = type.isEmpty() || prelude != null ? AnswerPrelude.OTHERWISE : type;
        taken = 0;
        whole.begin(type, asStream);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (!streamed) {
            whole.write(bytes, offset, length);
            return;
        }
        if (taken + length > mostBytes) {
            throw new ResponseTooLargeException(mostBytes);
        }
        taken += length;
        var head = prelude;
        if (head == null) {
            send(bytes, offset, length);
            return;
        }
        var read = take(head, bytes, offset, length);
        if (read.isPresent()) {
            prelude = null;
            open(read.get().head());
            var rest = read.get().rest();
            if (rest.length > 0) {
                send(rest, 0, rest.length);
            }
        }
    }

    private void send(byte[] bytes, int offset, int length) throws IOException {
        var open = opened();
        try {
            open.write(bytes, offset, length);
        } catch (InterruptedIOException ending) {
            throw ending;
        } catch (IOException how) {
            throw lost(how);
        }
    }

    /// The function may go on for long: the client is not kept until it ends.
    private IOException lost(IOException how) {
        lost = how;
        client.cutOff();
        return how;
    }

    private Optional<AnswerPrelude.Read> take(AnswerPrelude head, byte[] bytes, int offset, int length)
            throws IOException {
        try {
            return head.take(bytes, offset, length);
        } catch (MalformedAnswerException why) {
            throw refused(why);
        }
    }

    /// The function may go on for long: the client hears of it now.
    private IOException refused(MalformedAnswerException why) {
        try {
            if (claim()) {
                client.malformed(why);
            }
            return new IOException(why);
        } catch (IOException how) {
            return lost(how);
        }
    }

    private OutputStream opened() throws IOException {
        var open = body;
        return open == null
                ? open(new AnswerHead(OK, HttpHeaders.builder().add("Content-Type", contentType), true))
                : open;
    }

    private OutputStream open(AnswerHead head) throws IOException {
        if (!claim()) {
            throw new IOException("The client has another answer already");
        }
        status = head.status();
        try {
            var open = client.begin(head.status(), head.headers());
            body = open;
            return open;
        } catch (IOException how) {
            throw lost(how);
        }
    }

    @Override
    public void complete() throws IOException {
        if (!streamed) {
            return;
        }
        var head = prelude;
        if (head != null && !head.isEmpty()) {
            throw refused(new MalformedAnswerException("The answer ends within its prelude"));
        }
        opened().close();
        finished = true;
    }

    /// Whether the caller is the one who answers the client: nobody did before, and nobody will after.
    boolean claim() {
        return answered.compareAndSet(false, true);
    }

    /// What the client was told; 0 before.
    int status() {
        return status;
    }

    /// Whether the client has been sent all of it; not if it went away.
    boolean finished() {
        return finished;
    }

    /// How the client was lost in the middle of its answer.
    @Nullable
    IOException lost() {
        return lost;
    }

    /// The answer of a runtime that did not stream.
    Optional<WholeAnswer> whole() {
        return streamed ? Optional.empty() : Optional.of(whole);
    }
}
