package dev.boda.http;

import java.time.Duration;
import java.util.function.Consumer;

/// What a listener lets its clients take. Every wait and every buffer of a connection is bounded by one of these.
///
/// @param requestLineBytes longest method, target and version together; beyond it 414
/// @param headerBytes      longest header of a request, and longest trailer; beyond it 431
/// @param bodyWindowBytes  how much of a body is held for a handler that is slower than its client
/// @param droppedBodyBytes how much of a body that nobody reads is dropped before its connection is given up
/// @param bodyMemoryBytes  all bodies together that are larger than 64 KB; more wait a while for room, else 503
/// @param answerMemoryBytes all answers together that their clients have not read; beyond it the slowest lose theirs
/// @param connections      open connections of one listener; for one more, those that wait longest for a request go
/// @param idle             how long a connection may stay without a byte of its next request
/// @param head             how long the head of a request may take from its first byte on; beyond it 408
/// @param bodyPause        in which a client that sends a body must bring `paceBytes` of it or its end; else 408
/// @param answerPause      in which a client must read `paceBytes` of its answer or its end; else it is cut off
/// @param paceBytes        what is progress: bodies and answers may take any time at that pace
/// @param drain            how long the closing of a listener waits for answers under way
public record HttpLimits(
        int requestLineBytes,
        int headerBytes,
        int bodyWindowBytes,
        int droppedBodyBytes,
        long bodyMemoryBytes,
        long answerMemoryBytes,
        int connections,
        Duration idle,
        Duration head,
        Duration bodyPause,
        Duration answerPause,
        int paceBytes,
        Duration drain) {

    private static final int KILOBYTE = 1024;
    private static final int MEGABYTE = 1024 * KILOBYTE;

    /// For clients that are not trusted, across a network: large enough for a function's 50 MB zip in base64.
    public static final HttpLimits STANDARD = new HttpLimits(
            16 * KILOBYTE,
            32 * KILOBYTE,
            256 * KILOBYTE,
            128 * MEGABYTE,
            Runtime.getRuntime().maxMemory() / 6,
            Runtime.getRuntime().maxMemory() / 6,
            10_000,
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            64 * KILOBYTE,
            Duration.ofSeconds(10));

    public HttpLimits {
        if (requestLineBytes <= 0 || headerBytes <= 0 || bodyWindowBytes <= 0 || connections <= 0) {
            throw new IllegalArgumentException("A limit of 0 lets nobody in");
        }
    }

    /// As this, but for what `change` sets: `limits.with(its -> its.connections = 2)`.
    public HttpLimits with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.limits();
    }

    /// Limits that are being changed.
    public static final class Draft {

        public int requestLineBytes;
        public int headerBytes;
        public int bodyWindowBytes;
        public int droppedBodyBytes;
        public long bodyMemoryBytes;
        public long answerMemoryBytes;
        public int connections;
        public Duration idle;
        public Duration head;
        public Duration bodyPause;
        public Duration answerPause;
        public int paceBytes;
        public Duration drain;

        private Draft(HttpLimits from) {
            requestLineBytes = from.requestLineBytes;
            headerBytes = from.headerBytes;
            bodyWindowBytes = from.bodyWindowBytes;
            droppedBodyBytes = from.droppedBodyBytes;
            bodyMemoryBytes = from.bodyMemoryBytes;
            answerMemoryBytes = from.answerMemoryBytes;
            connections = from.connections;
            idle = from.idle;
            head = from.head;
            bodyPause = from.bodyPause;
            answerPause = from.answerPause;
            paceBytes = from.paceBytes;
            drain = from.drain;
        }

        private HttpLimits limits() {
            return new HttpLimits(
                    requestLineBytes,
                    headerBytes,
                    bodyWindowBytes,
                    droppedBodyBytes,
                    bodyMemoryBytes,
                    answerMemoryBytes,
                    connections,
                    idle,
                    head,
                    bodyPause,
                    answerPause,
                    paceBytes,
                    drain);
        }
    }
}
