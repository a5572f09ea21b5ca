package dev.boda.store;

/// Where an event stands among all events: by its time, then by the order in which events arrived.
///
/// @param sequence grows with every event that is written, over all streams; the first is 1
public record LogPosition(long timestampMillis, long sequence) implements Comparable<LogPosition> {

    /// The place before every event of that time.
    public static LogPosition before(long timestampMillis) {
        return new LogPosition(timestampMillis, 0);
    }

    /// The place right behind this one.
    public LogPosition next() {
        return new LogPosition(timestampMillis, sequence + 1);
    }

    /// The place right before this one, of the same time; this one if it is the first.
    public LogPosition previous() {
        return new LogPosition(timestampMillis, Math.max(0, sequence - 1));
    }

    @Override
    public int compareTo(LogPosition other) {
        int byTime = Long.compare(timestampMillis, other.timestampMillis);
        return byTime == 0 ? Long.compare(sequence, other.sequence) : byTime;
    }
}
