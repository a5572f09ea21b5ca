package dev.boda.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/// What an answer's body holds of the function's answer: counted as it comes, and dropped.
sealed interface Payload permits EventPayload, Payload.Plain {

    /// Takes all that remains.
    void accept(ByteBuffer body) throws IOException;

    /// How much of the function's answer has come.
    long bytes();

    /// Whether the function's answer is whole, once the body has ended.
    boolean whole();

    /// A body that is the answer.
    final class Plain implements Payload {

        private long bytes;

        @Override
        public void accept(ByteBuffer body) {
            bytes += body.remaining();
            body.position(body.limit());
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public boolean whole() {
            return true;
        }
    }
}
