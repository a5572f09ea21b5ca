package dev.boda.function;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Makes what a change of a record is stamped with: UUIDs and times.
public final class Stamps {

    private static final long VERSION_BITS = 0xF000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long VARIANT_BITS = 0x3FFF_FFFF_FFFF_FFFFL;

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

    long nowMillis() {
        return clock.millis();
    }

    private String uuid(long high, int version) {
        long most = (high & ~VERSION_BITS) | ((long) version << 12);
        long least = (random.nextLong() & VARIANT_BITS) | VARIANT;
        return new UUID(most, least).toString();
    }
}
