package dev.boda.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

class StreamedAnswerTest {

    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String EVENTS =
            "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static StreamedAnswer read(String text, int size) throws IOException {
        var answer = new StreamedAnswer();
        answer.read(Pieces.of(text, size));
        return answer;
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static String event(String type, String payload) {
        var headers = Map.of(
                ":event-type", HeaderValue.fromString(type),
                ":content-type", HeaderValue.fromString("application/octet-stream"),
                ":message-type", HeaderValue.fromString("event"));
        var frame = new Message(headers, payload.getBytes(ISO_8859_1)).toByteBuffer();
        return ISO_8859_1.decode(frame).toString();
    }

    @Test
    void bytesInChunksAreCountedHoweverTheyAreCut() throws IOException {
        var text = CHUNKED + chunk("hello") + chunk(" ".repeat(300)) + "0\r\nA-Trailer: x\r\n\r\n";
        for (int size = 1; size <= text.length(); size++) {
            var answer = read(text, size);
            assertThat(answer.payloadBytes()).isEqualTo(305);
            assertThat(answer.succeeded()).isTrue();
        }
    }

    @Test
    void anAnnouncedLengthIsReadToItsEndAndNoFurther() throws IOException {
        var answer = read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 3);
        assertThat(answer.payloadBytes()).isEqualTo(5);
        assertThatThrownBy(() -> read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, you", 500))
                .hasMessageContaining("more than one");
    }

    @Test
    void ofEventsOnlyTheFunctionsBytesCount() throws IOException {
        var events = event("PayloadChunk", "hello")
                + event("PayloadChunk", "")
                + event("PayloadChunk", "x".repeat(70))
                + event("InvokeComplete", "{}");
        int cut = events.length() / 3;
        var text = EVENTS + chunk(events.substring(0, cut)) + chunk(events.substring(cut)) + "0\r\n\r\n";
        for (int size = 1; size <= text.length(); size++) {
            var answer = read(text, size);
            assertThat(answer.payloadBytes()).isEqualTo(75);
            assertThat(answer.succeeded()).isTrue();
        }
    }

    @Test
    void aStreamThatFailsOrLacksItsEndIsNoSuccess() throws IOException {
        var failed = event("PayloadChunk", "a") + event("InvokeComplete", "{\"ErrorCode\":\"Unhandled\"}");
        assertThat(read(EVENTS + chunk(failed) + "0\r\n\r\n", 500).succeeded()).isFalse();
        var cut = event("PayloadChunk", "a");
        assertThat(read(EVENTS + chunk(cut) + "0\r\n\r\n", 500).succeeded()).isFalse();
        var more = event("InvokeComplete", "{}") + cut;
        assertThat(read(EVENTS + chunk(more.substring(0, more.length() - 1)) + "0\r\n\r\n", 500)
                        .succeeded())
                .isFalse();
        assertThat(read("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 1\r\n\r\nx", 500)
                        .succeeded())
                .isFalse();
    }

    @Test
    void theNextAnswerIsReadAfresh() throws IOException {
        var answer = new StreamedAnswer();
        answer.read(
                Pieces.of(EVENTS + chunk(event("PayloadChunk", "a") + event("InvokeComplete", "{}")) + "0\r\n\r\n", 7));
        long first = answer.firstByteNanos();
        answer.read(Pieces.of(CHUNKED + chunk("hello") + "0\r\n\r\n", 7));
        assertThat(answer.payloadBytes()).isEqualTo(5);
        assertThat(answer.firstByteNanos()).isGreaterThan(first);
    }

    @Test
    void theFirstByteIsThatOfTheFunctionNotOfTheHead() throws IOException {
        var head = new StreamedAnswer();
        var chunk = event("PayloadChunk", "a");
        int before = chunk.length() - 5;
        assertThatThrownBy(() -> head.read(Pieces.of(EVENTS + chunk(chunk).substring(0, 4 + before), 3)))
                .isInstanceOf(EOFException.class);
        assertThat(head.payloadBytes()).isZero();
        assertThat(head.firstByteNanos()).isNegative();
    }

    @Test
    void whatCannotBeMeasuredIsRefused() {
        assertThatThrownBy(() -> read(CHUNKED + "5\r\nhel", 500)).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> read(CHUNKED + "5\r\nhello, you\r\n", 500)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(EVENTS + chunk(event("Surprise", "{}")), 500))
                .hasMessageContaining("Surprise");
    }
}
