package dev.boda.engine;

import java.time.Duration;
import java.util.Optional;

/// Cold starts that come to no process, of the whole server. One may be an accident; when several fail and none between
/// them succeeds, it is the machine. A function whose interpreter is gone is not counted: that is its own.
public final class StartFailures {

    /// So many in a row are no accident.
    static final int SEVERAL = 3;

    /// When nothing was started for so long, nobody knows.
    static final Duration REMEMBERED = Duration.ofMinutes(5);

    private final EngineClock clock;
    // Guarded by this, as are all.
    private long total;
    private int inARow;
    private String lastReason = "";
    private long lastNanos;

    public StartFailures(EngineClock clock) {
        this.clock = clock;
    }

    synchronized void failed(String reason) {
        total++;
        inARow++;
        lastReason = reason;
        lastNanos = clock.nanos();
    }

    synchronized void succeeded() {
        inARow = 0;
    }

    /// All since the server's start.
    public synchronized long total() {
        return total;
    }

    /// A sentence with the last reason, if the last [#SEVERAL] or more starts failed, within [#REMEMBERED].
    public synchronized Optional<String> problem() {
        boolean many = inARow >= SEVERAL && clock.nanos() - lastNanos <= REMEMBERED.toNanos();
        return many
                ? Optional.of("Execution environments do not start, " + inARow + " failed in a row: " + lastReason)
                : Optional.empty();
    }
}
