package dev.boda.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class AnswerReaderTest {

    @Test
    void anAnswerIsReadHoweverItIsCut() throws IOException {
        var text = "HTTP/1.1 201 Created\r\nA: b\r\ncontent-LENGTH: 11\r\n\r\nhello world";
        for (int size = 1; size <= text.length(); size++) {
            var reader = new AnswerReader(true);
            var pieces = Pieces.of(text, size);
            int reads = 1;
            while (!reader.read(pieces)) {
                reads++;
            }
            assertThat(reads).isEqualTo(Math.ceilDiv(text.length(), size));
            assertThat(reader.status()).isEqualTo(201);
            assertThat(reader.bodyBytes()).isEqualTo(11);
            assertThat(reader.body()).asString().isEqualTo("hello world");
            assertThat(reader.succeeded()).isTrue();
        }
    }

    @Test
    void theNextAnswerIsReadAfresh() throws IOException {
        var reader = new AnswerReader(true);
        reader.read(Pieces.of("HTTP/1.1 200 OK\r\nX-Amz-Function-Error: Unhandled\r\nContent-Length: 1\r\n\r\nx", 500));
        assertThat(reader.succeeded()).isFalse();
        reader.reset();
        assertThat(reader.read(Pieces.of("HTTP/1.1 204 No Content\r\n\r\n", 500)))
                .isTrue();
        assertThat(reader.succeeded()).isTrue();
        assertThat(reader.body()).isEmpty();
    }

    @Test
    void whatCannotBeMeasuredIsRefused() {
        var chunked = Pieces.of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 500);
        assertThatThrownBy(() -> new AnswerReader(false).read(chunked)).hasMessageContaining("Content-Length");
        var two = Pieces.of("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 500);
        assertThatThrownBy(() -> new AnswerReader(false).read(two)).hasMessageContaining("more than one");
        assertThatThrownBy(() -> new AnswerReader(false).read(Pieces.of("", 1))).isInstanceOf(EOFException.class);
    }
}
