package dev.boda.bench.load;

import java.time.Duration;
import java.util.function.Supplier;

/// What is to be asked, by how many callers, for how long.
///
/// @param requests  makes the requests of one caller
/// @param bodyBytes of the answer that is expected, or [#ANY]
public record Load(Target target, Supplier<Outgoing> requests, int callers, Duration time, long bodyBytes) {

    public static final long ANY = -1;

    public Load {
        if (callers < 1) {
            throw new IllegalArgumentException("Nobody calls");
        }
    }

    /// As this, but for another time.
    public Load during(Duration another) {
        return new Load(target, requests, callers, another, bodyBytes);
    }

    boolean isRight(AnswerReader answer) {
        return answer.succeeded() && (bodyBytes == ANY || bodyBytes == answer.bodyBytes());
    }
}
