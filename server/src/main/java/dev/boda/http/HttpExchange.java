package dev.boda.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;

/// One request and the answer to it. Belongs to the thread that handles it, except where a method says otherwise. A
/// handler may return before it has answered if it has handed the exchange to another thread, which then must answer.
public interface HttpExchange {

    /// The method, as sent: `GET`, `POST`, …
    String method();

    /// The path as sent, still percent-encoded, without the query.
    String rawPath();

    /// The query as sent, still percent-encoded, without the question mark; empty when there is none.
    String rawQuery();

    HttpHeaders headers();

    /// The client's address.
    InetSocketAddress remote();

    /// The whole body. Throws [BodyTooLargeException] as soon as it is known to be longer than `limitBytes`; the
    /// rest is then read and dropped (bounded), so that the client can read the answer: before that is
    /// given, or, if the body's length was announced, after it, and the connection ends.
    byte[] readBody(int limitBytes) throws IOException;

    /// The body is not wanted: an answer does not wait for what has not come of it, and the connection ends. What is
    /// still sent is dropped (bounded), so that the client can read the answer.
    void leaveBody();

    /// The body as it arrives. Reading blocks; the client is slowed down to the reader's pace.
    InputStream body();

    /// Trailers of a chunked body, once the body has been read to its end; empty before.
    HttpHeaders trailers();

    /// Answers whole, in one write, and returns before it is written. May be called from any thread, once. An answer
    /// does not overtake its request: what is left of the body is dropped first (bounded), unless
    /// [the body is left][#leaveBody()]. Throws [java.nio.channels.ClosedChannelException] if the client has gone
    /// already.
    void respond(int status, HttpHeaders headers, byte[] body) throws IOException;

    /// As [#respond], for a client that sends its next request without waiting for this answer: if that has come
    /// already, and asks for something by `GET`, this answer leaves with the next one's, in one write.
    default void respondWithNext(int status, HttpHeaders headers, byte[] body) throws IOException {
        respond(status, headers, body);
    }

    /// Starts an answer whose body follows in pieces, each sent at once; closing the stream ends it. Writing
    /// blocks while the client is slower. With a `Content-Length` among the headers the body is sent bare, else
    /// chunked. The stream must be closed, or the exchange [aborted][#abort()].
    OutputStream respondInPieces(int status, HttpHeaders headers) throws IOException;

    /// Cuts the connection off, so that a client with half an answer knows that it is one. From any thread.
    void abort();

    /// Whether the client is still connected.
    boolean open();

    /// Runs `action` once when the client goes away before the answer is complete, on a virtual thread of its own. Runs
    /// at once if the client has gone already.
    void onDisconnect(Runnable action);
}
