package dev.boda.aws;

import dev.boda.aws.model.TimestampFormat;
import java.time.Instant;
import java.time.InstantSource;

/// The `Date` of answers. AWS's SDKs measure by it how wrong their own clock goes, and sign by the difference.
public final class DateHeader {

    private static final long MILLIS = 1000;

    private final InstantSource clock;
    /// Written by whoever first answers in a second; a writer who comes late does no harm.
    private volatile Written last = new Written(-1, "");

    private record Written(long second, String text) {}

    public DateHeader(InstantSource clock) {
        this.clock = clock;
    }

    /// Now, as headers have it.
    public String now() {
        long second = Math.floorDiv(clock.millis(), MILLIS);
        var written = last;
        if (written.second != second) {
            written = new Written(second, Times.format(Instant.ofEpochSecond(second), TimestampFormat.HTTP_DATE));
            last = written;
        }
        return written.text;
    }
}
