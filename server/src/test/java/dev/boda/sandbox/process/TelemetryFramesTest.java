package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.RecordedOutput;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TelemetryFramesTest {

    private static final int TEXT = 0xa55a0003;
    private static final int JSON_ERROR = 0xa55a0016;
    private static final int WITHOUT_TIME = 0xa55a0001;

    @Test
    void messagesAreWholeWhereverTheBytesAreCut() {
        var bytes = concat(frame(TEXT, "one\ntwo\n"), frame(WITHOUT_TIME, "three"), frame(JSON_ERROR, "{\"a\":1}"));
        for (int cut = 0; cut <= bytes.length; cut++) {
            var output = new RecordedOutput();
            var frames = new TelemetryFrames(output);
            frames.accept(ByteBuffer.wrap(bytes, 0, cut));
            frames.accept(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
            frames.end();
            assertThat(output.messages()).isEqualTo(List.of("one\ntwo\n", "three", "{\"a\":1}"));
            assertThat(output.raw()).isEmpty();
        }
    }

    @Test
    void whatIsNoFrameIsRawAndFramesAfterItAreFound() {
        var bytes = concat(ascii("plain text\n"), frame(TEXT, "framed"), ascii("more"));
        for (int cut = 0; cut <= bytes.length; cut++) {
            var output = new RecordedOutput();
            var frames = new TelemetryFrames(output);
            frames.accept(ByteBuffer.wrap(bytes, 0, cut));
            frames.accept(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
            frames.end();
            assertThat(output.raw()).isEqualTo("plain text\nmore");
            assertThat(output.messages()).containsExactly("framed");
        }
    }

    @Test
    void whatBeginsLikeAFrameButIsNoneIsRaw() {
        var raw = new ByteArrayOutputStream();
        var frames = new TelemetryFrames(new RawBytes(raw));
        byte[] bytes = {(byte) 0xa5, (byte) 0xa5, 0x5a, 1, (byte) 0xa5, 0x5a, 0, 0, 'x', (byte) 0xa5};
        frames.accept(ByteBuffer.wrap(bytes));
        frames.end();
        assertThat(raw.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void aNegativeLengthIsNoFrame() {
        var output = new RecordedOutput();
        var frames = new TelemetryFrames(output);
        frames.accept(ByteBuffer.allocate(16).putInt(TEXT).putInt(-1).putLong(0).flip());
        frames.accept(ByteBuffer.wrap(frame(TEXT, "next")));
        assertThat(output.messages()).containsExactly("next");
    }

    @Test
    void anEmptyMessageIsAMessage() {
        var output = new RecordedOutput();
        new TelemetryFrames(output).accept(ByteBuffer.wrap(concat(frame(TEXT, ""), frame(TEXT, "a"))));
        assertThat(output.messages()).containsExactly("", "a");
    }

    @Test
    void aMessageLongerThanAnEventComesInPieces() {
        var output = new RecordedOutput();
        var frames = new TelemetryFrames(output);
        var message = "x".repeat(TelemetryFrames.LONGEST_MESSAGE * 2 + 5);
        var bytes = frame(TEXT, message);
        for (int at = 0; at < bytes.length; at += 65_536) {
            frames.accept(ByteBuffer.wrap(bytes, at, Math.min(65_536, bytes.length - at)));
        }
        assertThat(output.messages()).hasSize(3);
        assertThat(String.join("", output.messages())).isEqualTo(message);
    }

    @Test
    void whatAWriterLeftUnfinishedIsDeliveredAtItsEnd() {
        var output = new RecordedOutput();
        var frames = new TelemetryFrames(output);
        var bytes = frame(TEXT, "unfinished");
        frames.accept(ByteBuffer.wrap(bytes, 0, bytes.length - 3));
        assertThat(output.messages()).isEmpty();
        frames.end();
        assertThat(output.messages()).containsExactly("unfinis");
    }

    private record RawBytes(ByteArrayOutputStream bytes) implements dev.boda.sandbox.SandboxProvider.Output {

        @Override
        public void raw(ByteBuffer next) {
            while (next.hasRemaining()) {
                bytes.write(next.get());
            }
        }

        @Override
        public void message(ByteBuffer next) {
            throw new AssertionError("No message was sent");
        }
    }

    static byte[] frame(int type, String message) {
        var text = message.getBytes(StandardCharsets.UTF_8);
        var frame = ByteBuffer.allocate(16 + text.length).putInt(type).putInt(text.length);
        if ((type & 2) != 0) {
            frame.putLong(1_700_000_000_000_000L);
        }
        frame.put(text);
        return java.util.Arrays.copyOf(frame.array(), frame.position());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
