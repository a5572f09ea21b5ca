package dev.boda.api.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.engine.InvocationResult;
import dev.boda.engine.InvocationResult.FunctionError;
import dev.boda.engine.InvocationResult.Success;
import dev.boda.engine.ResponseSink;
import dev.boda.engine.ThrottledException;
import dev.boda.http.FakeExchange.Answered;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.eventstream.Message;
import software.amazon.eventstream.MessageDecoder;

/// What AWS answers to InvokeWithResponseStream.
final class InvokeWithResponseStreamTest {

    private static final byte[] EVENT = "{}".getBytes(UTF_8);

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
        lambda.createReady("hello");
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private interface Writing {
        void to(ResponseSink answer) throws IOException;
    }

    /// The function writes, and then it is over.
    private void function(boolean streamed, InvocationResult result, Writing writing) {
        lambda.engine = (_, answer) -> {
            try {
                answer.begin("text/plain", streamed);
                writing.to(answer);
                if (result instanceof Success) {
                    answer.complete();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return result;
        };
    }

    private static void write(ResponseSink answer, String text) throws IOException {
        answer.write(text.getBytes(UTF_8), 0, text.length());
    }

    private static List<Message> messages(Answered answer) {
        var messages = new ArrayList<Message>();
        new MessageDecoder(messages::add).feed(answer.body());
        return messages;
    }

    private static String header(Message message, String name) {
        return Objects.requireNonNull(message.getHeaders().get(name), name).getString();
    }

    /// Events, each its type, a colon and its payload.
    private static List<String> events(Answered answer) {
        assertThat(messages(answer))
                .allMatch(message -> header(message, ":message-type").equals("event"));
        return messages(answer).stream()
                .map(message -> header(message, ":event-type") + ":" + new String(message.getPayload(), UTF_8))
                .toList();
    }

    private static String contentType(Answered answer, int event) {
        return header(messages(answer).get(event), ":content-type");
    }

    private static FunctionError failed(byte @Nullable [] payload) {
        return new FunctionError("Error", "it broke", payload, null);
    }

    @Test
    void eachPieceIsAnEventAndTheEndIsOne() {
        function(true, new Success(null), answer -> {
            write(answer, "one ");
            write(answer, "two");
        });
        var answer = lambda.stream("hello", EVENT);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/vnd.amazon.eventstream");
        assertThat(answer.header("X-Amz-Executed-Version")).isEqualTo("$LATEST");
        assertThat(answer.header("x-amzn-RequestId")).isEqualTo(LambdaUnderTest.REQUEST_ID.toString());
        assertThat(answer.header("Date")).isNotEmpty();
        assertThat(answer.header("X-Amzn-Trace-Id"))
                .isEqualTo(lambda.invoked.getFirst().traceHeader());
        assertThat(events(answer)).containsExactly("PayloadChunk:one ", "PayloadChunk:two", "InvokeComplete:{}");
        assertThat(contentType(answer, 0)).isEqualTo("application/octet-stream");
        assertThat(contentType(answer, 2)).isEqualTo("application/json");
    }

    @Test
    void anAnswerThatIsNotStreamedComesWhole() {
        function(false, new Success(null), answer -> {
            write(answer, "{\"a\":");
            write(answer, "1}");
        });
        assertThat(events(lambda.stream("hello", EVENT)))
                .containsExactly("PayloadChunk:{\"a\":1}", "InvokeComplete:{}");
    }

    @Test
    void theTailOfTheLogComesLast() {
        function(true, new Success("the tail".getBytes(UTF_8)), answer -> write(answer, "x"));
        var answer = lambda.stream("hello", EVENT, "X-Amz-Log-Type", "Tail");
        assertThat(lambda.invoked.getFirst().tail()).isTrue();
        assertThat(events(answer).getLast()).isEqualTo("InvokeComplete:{\"LogResult\":\"dGhlIHRhaWw=\"}");
    }

    @Test
    void aFunctionThatFailsInTheMiddleSaysSoAtTheEnd() {
        function(true, failed("{\"errorType\":\"E\"}".getBytes(UTF_8)), answer -> write(answer, "half"));
        assertThat(events(lambda.stream("hello", EVENT)))
                .containsExactly(
                        "PayloadChunk:half",
                        "InvokeComplete:{\"ErrorCode\":\"Unhandled\",\"ErrorDetails\":\"{\\\"errorType\\\":\\\"E\\\"}\"}");
    }

    @Test
    void aFunctionThatFailsBeforeItsFirstByteIsAnAnswerAllTheSame() {
        lambda.engine = (_, _) -> failed(null);
        var answer = lambda.stream("hello", EVENT);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-Amz-Function-Error")).isEmpty();
        assertThat(events(answer))
                .containsExactly("InvokeComplete:{\"ErrorCode\":\"Unhandled\",\"ErrorDetails\":"
                        + "\"{\\\"errorType\\\":\\\"Error\\\",\\\"errorMessage\\\":\\\"it broke\\\"}\"}");
    }

    @Test
    void halfOfAnAnswerThatIsNotStreamedIsNoAnswer() {
        function(false, failed("{}".getBytes(UTF_8)), answer -> write(answer, "half"));
        assertThat(events(lambda.stream("hello", EVENT)))
                .singleElement()
                .asString()
                .startsWith("InvokeComplete:{\"ErrorCode\"");
    }

    @Test
    void whatIsRefusedIsRefusedAsByInvoke() {
        assertThat(lambda.stream("nobody", EVENT).status()).isEqualTo(404);
        assertThat(lambda.stream("hello", "no json".getBytes(UTF_8)).header("x-amzn-ErrorType"))
                .isEqualTo("InvalidRequestContentException");
        assertThat(lambda.stream("hello", EVENT, "X-Amz-Invocation-Type", "Event")
                        .header("x-amzn-ErrorType"))
                .isEqualTo("ValidationException");
        lambda.engine = (_, _) -> {
            throw new ThrottledException(ThrottledException.Reason.CONCURRENT_INVOCATION_LIMIT_EXCEEDED);
        };
        var throttled = lambda.stream("hello", EVENT);
        assertThat(throttled.status()).isEqualTo(429);
        assertThat(throttled.header("x-amzn-ErrorType")).isEqualTo("TooManyRequestsException");
    }

    @Test
    void aDryRunRunsNothing() {
        var answer = lambda.stream("hello", EVENT, "X-Amz-Invocation-Type", "DryRun");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(lambda.invoked).isEmpty();
    }
}
