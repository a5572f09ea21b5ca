package dev.boda.api.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.aws.EventKind;
import dev.boda.aws.EventStream;
import dev.boda.engine.BufferedAnswer;
import dev.boda.engine.InvocationResult;
import dev.boda.engine.InvocationResult.FunctionError;
import dev.boda.engine.InvocationResult.Success;
import dev.boda.engine.ResponseSink;
import dev.boda.engine.ResponseTooLargeException;
import dev.boda.function.FunctionRules;
import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponse;
import tools.jackson.databind.json.JsonMapper;

/// A function's answer as events: what it streams goes out as it comes, what it answers whole when that is whole; last
/// comes how it ended. The runtime's thread writes, and the caller's ends; it waits for a piece that is on its way.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html>
final class EventAnswer implements ResponseSink {

    private static final JsonMapper JSON = new JsonMapper();
    private static final EventKind PAYLOAD_CHUNK = new EventKind("PayloadChunk", "application/octet-stream");
    private static final EventKind INVOKE_COMPLETE = new EventKind("InvokeComplete", "application/json");
    private static final int LARGEST_CHUNK_BYTES = 64 * 1024;

    private final EventStream<InvokeWithResponseStreamResponse> events;
    private final InvokeWithResponseStreamResponse head;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock.
    private final BufferedAnswer whole = new BufferedAnswer(FunctionRules.RESPONSE_BYTES);
    private boolean streamed;
    private long streamedBytes;
    /// What became of the caller while the function wrote.
    private @Nullable IOException gone;

    private boolean over;

    /// @param head what the caller is told before the first event
    EventAnswer(EventStream<InvokeWithResponseStreamResponse> events, InvokeWithResponseStreamResponse head) {
        this.events = events;
        this.head = head;
    }

    private interface Step {
        void take() throws IOException;
    }

    /// The runtime's thread: does it, unless the caller has been told the end, or does not read.
    private void next(Step step) throws IOException {
        lock.lock();
        try {
            if (over) {
                throw new IOException("The caller has been told how it ended");
            }
            requireReader();
            step.take();
        } catch (ResponseTooLargeException tooLarge) {
            throw tooLarge;
        } catch (IOException unread) {
            if (gone == null) {
                gone = unread;
                events.breakOff();
            }
            throw unread;
        } finally {
            lock.unlock();
        }
    }

    private void requireReader() throws IOException {
        if (gone != null) {
            throw gone;
        }
    }

    @Override
    public void begin(String contentType, boolean asStream) throws IOException {
        next(() -> {
            streamed = asStream;
            if (streamed) {
                events.begin(head);
            } else {
                whole.begin(contentType, false);
            }
        });
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        next(() -> {
            if (streamed) {
                streamedBytes += length;
                if (streamedBytes > FunctionRules.STREAMED_BYTES) {
                    throw new ResponseTooLargeException(FunctionRules.STREAMED_BYTES);
                }
                send(bytes, offset, length);
            } else {
                whole.write(bytes, offset, length);
            }
        });
    }

    private void send(byte[] bytes, int offset, int length) throws IOException {
        for (int from = offset, end = offset + length; from < end; from += LARGEST_CHUNK_BYTES) {
            events.send(PAYLOAD_CHUNK, bytes, from, Math.min(end - from, LARGEST_CHUNK_BYTES));
        }
    }

    @Override
    public void complete() {}

    /// Tells the caller how the invocation ended. Throws if part of the answer did not reach him: half of it must not
    /// look like all of it.
    void finish(InvocationResult result) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            over = true;
            requireReader();
            if (!events.begun()) {
                events.begin(head);
            }
            if (result instanceof Success && !streamed) {
                var bytes = whole.bytes();
                send(bytes, 0, bytes.length);
            }
            var completion = completion(result);
            events.send(INVOKE_COMPLETE, completion, 0, completion.length);
            events.end();
        } finally {
            lock.unlock();
        }
    }

    /// Members in the order of AWS's model.
    private static byte[] completion(InvocationResult result) {
        var members = new LinkedHashMap<String, @Nullable String>();
        if (result instanceof FunctionError error) {
            members.put("ErrorCode", InvokeOperations.UNHANDLED);
            members.put("ErrorDetails", new String(FunctionErrorPayload.of(error), UTF_8));
        }
        var logTail = result.logTail();
        if (logTail != null) {
            members.put("LogResult", Base64.getEncoder().encodeToString(logTail));
        }
        return JSON.writeValueAsBytes(members);
    }
}
