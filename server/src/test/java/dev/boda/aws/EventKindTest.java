package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

class EventKindTest {

    private static final EventKind CHUNK = new EventKind("PayloadChunk", "application/octet-stream");

    @Test
    void aFrameIsWhatAwssLibraryMakes() {
        var headers = new LinkedHashMap<String, HeaderValue>();
        headers.put(":event-type", HeaderValue.fromString("PayloadChunk"));
        headers.put(":content-type", HeaderValue.fromString("application/octet-stream"));
        headers.put(":message-type", HeaderValue.fromString("event"));
        for (int length : new int[] {0, 1, 7, 1_000, 65_536}) {
            var payload = new byte[length];
            new Random(length).nextBytes(payload);
            var expected = new Message(headers, payload).toByteBuffer();
            assertThat(ByteBuffer.wrap(CHUNK.framed(payload, 0, length))).isEqualTo(expected);
        }
    }

    @Test
    void onlyThePartOfTheArrayThatIsMeantIsSent() {
        var frame = CHUNK.framed("before, this, after".getBytes(UTF_8), 8, 4);
        assertThat(Message.decode(ByteBuffer.wrap(frame)).getPayload())
                .asString(UTF_8)
                .isEqualTo("this");
    }
}
