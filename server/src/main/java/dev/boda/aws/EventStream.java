package dev.boda.aws;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// An answer that is a stream of events, each of which leaves at once: status and headers with [#begin], events, and
/// their end with [#end]. Used by one thread at a time; one that sends waits while the client reads slower.
/// <https://smithy.io/2.0/aws/amazon-eventstream.html>
///
/// @param <O> the response class of AWS's SDK, without the events
public final class EventStream<O extends SdkPojo> {

    private static final String CONTENT_TYPE = "application/vnd.amazon.eventstream";

    private final ServedRequest request;
    private final Function<O, Answer> head;
    private @Nullable OutputStream body;

    /// @param head the answer without its events
    EventStream(ServedRequest request, Function<O, Answer> head) {
        this.request = request;
        this.head = head;
    }

    /// Begins the answer. From here on whatever fails breaks it off.
    public void begin(O output) throws IOException {
        var answer = head.apply(output);
        answer.headers().add("Content-Type", CONTENT_TYPE);
        body = request.respondInPieces(answer.status(), answer.headers());
    }

    /// Whether the answer has begun.
    public boolean begun() {
        return body != null;
    }

    /// Sends an event. The payload is copied.
    public void send(EventKind kind, byte[] payload, int offset, int length) throws IOException {
        Objects.requireNonNull(body).write(kind.framed(payload, offset, length));
    }

    /// Any thread: cuts the caller off, who has a part of the answer.
    public void breakOff() {
        request.exchange().abort();
    }

    /// The last event has been sent.
    public void end() throws IOException {
        Objects.requireNonNull(body).close();
    }
}
