package dev.boda.http;

import java.time.Duration;

/// What a listener lets its clients take. Every wait and every buffer of a connection is bounded by one of these.
///
/// @param requestLineBytes longest method, target and version together; beyond it 414
/// @param headerBytes      longest header of a request, and longest trailer; beyond it 431
/// @param bodyWindowBytes  how much of a body is held for a handler that is slower than its client
/// @param droppedBodyBytes how much of a body that nobody reads is dropped before its connection is given up
/// @param connections      open connections of one listener; more wait in the kernel's queue
/// @param idle             how long a connection may take to send (all of) its next request's head
/// @param bodyPause        longest pause of a client that sends a body somebody waits for
/// @param bodyTotal        longest time to send a whole body
/// @param answerPause      longest time a client may take to read an answer (each piece, if it is sent in pieces)
/// @param drain            how long the closing of a listener waits for answers under way
public record HttpLimits(
        int requestLineBytes,
        int headerBytes,
        int bodyWindowBytes,
        int droppedBodyBytes,
        int connections,
        Duration idle,
        Duration bodyPause,
        Duration bodyTotal,
        Duration answerPause,
        Duration drain) {

    private static final int KILOBYTE = 1024;
    private static final int MEGABYTE = 1024 * KILOBYTE;

    /// For clients that are not trusted, across a network: large enough for a function's 50 MB zip in base64.
    public static final HttpLimits STANDARD = new HttpLimits(
            16 * KILOBYTE,
            32 * KILOBYTE,
            256 * KILOBYTE,
            128 * MEGABYTE,
            10_000,
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            Duration.ofMinutes(2),
            Duration.ofSeconds(10));

    public HttpLimits {
        if (requestLineBytes <= 0 || headerBytes <= 0 || bodyWindowBytes <= 0 || connections <= 0) {
            throw new IllegalArgumentException("A limit of 0 lets nobody in");
        }
    }

    /// As this, but with another time for a connection to stay without a request.
    public HttpLimits withIdle(Duration time) {
        return new HttpLimits(
                requestLineBytes,
                headerBytes,
                bodyWindowBytes,
                droppedBodyBytes,
                connections,
                time,
                bodyPause,
                bodyTotal,
                answerPause,
                drain);
    }

    /// As this, but with another number of connections.
    public HttpLimits withConnections(int number) {
        return new HttpLimits(
                requestLineBytes,
                headerBytes,
                bodyWindowBytes,
                droppedBodyBytes,
                number,
                idle,
                bodyPause,
                bodyTotal,
                answerPause,
                drain);
    }

    /// As this, but with other times for a client to send a body.
    public HttpLimits withBody(Duration pause, Duration total) {
        return new HttpLimits(
                requestLineBytes,
                headerBytes,
                bodyWindowBytes,
                droppedBodyBytes,
                connections,
                idle,
                pause,
                total,
                answerPause,
                drain);
    }

    /// As this, but with another time for answers under way when the listener closes.
    public HttpLimits withDrain(Duration time) {
        return new HttpLimits(
                requestLineBytes,
                headerBytes,
                bodyWindowBytes,
                droppedBodyBytes,
                connections,
                idle,
                bodyPause,
                bodyTotal,
                answerPause,
                time);
    }
}
