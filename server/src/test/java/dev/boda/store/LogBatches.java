package dev.boda.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Events as batches, in the order in which they are given.
public final class LogBatches {

    private LogBatches() {}

    public static List<LogBatch> of(Map<LogStreamName, List<LogEvent>> events) {
        var batches = new ArrayList<LogBatch>();
        events.forEach((stream, ofStream) -> batches.addAll(of(stream, ofStream)));
        return batches;
    }

    public static List<LogBatch> of(LogStreamName stream, List<LogEvent> events) {
        var batches = new ArrayList<>(List.of(new LogBatch(stream)));
        for (LogEvent event : events) {
            if (!add(batches.getLast(), event)) {
                batches.add(new LogBatch(stream));
                add(batches.getLast(), event);
            }
        }
        return batches;
    }

    private static boolean add(LogBatch batch, LogEvent event) {
        return batch.add(
                event.timestampMillis(), event.ingestedMillis(), event.message().getBytes(StandardCharsets.UTF_8));
    }

    /// What is in a batch.
    public static List<String> messages(LogBatch batch) {
        var bytes = new byte[batch.length()];
        batch.encoded(1).get(bytes);
        return Objects.requireNonNull(LogBlock.decode(bytes)).events().stream()
                .map(LogEvent::message)
                .toList();
    }
}
