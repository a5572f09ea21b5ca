package dev.boda.aws;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

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

    /// Sends an event.
    ///
    /// @param type        its name in AWS's model: `PayloadChunk`
    /// @param contentType of its payload
    public void send(String type, String contentType, byte[] payload) throws IOException {
        var headers = new LinkedHashMap<String, HeaderValue>();
        headers.put(":event-type", HeaderValue.fromString(type));
        headers.put(":content-type", HeaderValue.fromString(contentType));
        headers.put(":message-type", HeaderValue.fromString("event"));
        send(headers, payload);
    }

    private void send(Map<String, HeaderValue> headers, byte[] payload) throws IOException {
        var frame = new Message(headers, payload).toByteBuffer();
        Objects.requireNonNull(body).write(frame.array(), frame.arrayOffset(), frame.limit());
    }

    /// The last event has been sent.
    public void end() throws IOException {
        Objects.requireNonNull(body).close();
    }
}
