package dev.boda.store;

/// What the index keeps of a block, or adds to its stream and group.
///
/// @param firstSequence      of the first event; the others follow without a gap
/// @param firstIngestedMillis when the first event arrived: the stream's beginning, if it is new
/// @param countedBytes       of its messages, as AWS counts them
record LogBlockFacts(
        LogStreamName stream,
        long firstSequence,
        int events,
        long firstMillis,
        long lastMillis,
        long firstIngestedMillis,
        long lastIngestedMillis,
        long countedBytes) {

    long nextSequence() {
        return firstSequence + events;
    }
}
