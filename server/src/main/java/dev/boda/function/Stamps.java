package dev.boda.function;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Makes what a change of a record is stamped with: UUIDs, other ids and times.
public final class Stamps {

    private static final long VERSION_BITS = 0xF000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long VARIANT_BITS = 0x3FFF_FFFF_FFFF_FFFFL;

    private static final int URL_ID_CHARACTERS = 32;
    private static final String URL_ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param random safe for use by several threads
    public Stamps(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /// A revision id: random, version 4, as AWS's are.
    String revision() {
        return uuid(random.nextLong(), 4);
    }

    /// The id of a snapshot: grows with time, version 7 (RFC 9562).
    String version() {
        return uuid((clock.millis() << 16) | (random.nextLong() & 0xFFFFL), 7);
    }

    /// What tells a function URL apart from all others, as AWS's look; not to be guessed.
    String urlId() {
        var id = new StringBuilder(URL_ID_CHARACTERS);
        for (int i = 0; i < URL_ID_CHARACTERS; i++) {
            id.append(URL_ID_ALPHABET.charAt(random.nextInt(URL_ID_ALPHABET.length())));
        }
        return id.toString();
    }

    /// Now, as function URLs show it: `2026-01-31T12:00:00.123456Z`.
    String nowToTheMicrosecond() {
        return MICROSECONDS.format(clock.instant());
    }

    long nowMillis() {
        return clock.millis();
    }

    private String uuid(long high, int version) {
        long most = (high & ~VERSION_BITS) | ((long) version << 12);
        long least = (random.nextLong() & VARIANT_BITS) | VARIANT;
        return new UUID(most, least).toString();
    }
}
