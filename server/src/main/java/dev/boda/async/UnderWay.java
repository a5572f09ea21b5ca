package dev.boda.async;

import dev.boda.store.EventQueue;
import dev.boda.store.EventQueue.LeaseLostException;
import dev.boda.store.EventQueue.LeasedEvent;
import dev.boda.store.EventQueue.ShardLease;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The events that run now, each until what became of it is written. Safe for use by several threads.
final class UnderWay {

    private static final Logger LOG = LoggerFactory.getLogger(UnderWay.class);

    private final EventQueue queue;
    private final Map<String, Running> running = new ConcurrentHashMap<>();

    UnderWay(EventQueue queue) {
        this.queue = queue;
    }

    private record Running(ShardLease shard, LeasedEvent event) {}

    void begin(ShardLease shard, LeasedEvent event) {
        running.put(event.id(), new Running(shard, event));
    }

    void end(LeasedEvent event) {
        running.remove(event.id());
    }

    int size() {
        return running.size();
    }

    /// Keeps all of them leased for `time` from now.
    void extend(Duration time) {
        Map<ShardLease, List<LeasedEvent>> held = running.values().stream()
                .collect(
                        Collectors.groupingBy(Running::shard, Collectors.mapping(Running::event, Collectors.toList())));
        held.forEach((shard, events) -> {
            try {
                queue.extend(shard, events, time);
            } catch (LeaseLostException _) {
                // Mostly since one has ended meanwhile; the others must not lapse with it.
                events.forEach(event -> extend(shard, event, time));
            }
        });
    }

    private void extend(ShardLease shard, LeasedEvent event, Duration time) {
        if (!running.containsKey(event.id())) {
            return;
        }
        try {
            queue.extend(shard, List.of(event), time);
        } catch (LeaseLostException e) {
            if (running.containsKey(event.id())) {
                LOG.warn("An event under way may run again elsewhere: {}", e.getMessage());
            }
        }
    }
}
