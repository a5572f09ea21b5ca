package dev.boda.store;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.zip.CRC32C;

/// Which two shards a lane has, and how many events are in each shard as far as this process knows. Only which of the
/// two an event goes to depends on the numbers: they need not be exact where other processes add and remove, too.
final class LaneShards {

    private final AtomicLongArray lengths = new AtomicLongArray(EventQueue.SHARDS);

    /// The first of a lane's shards; for ever the same.
    static int first(String lane) {
        return (int) (hash(lane) % EventQueue.SHARDS);
    }

    /// The second of a lane's shards, another than the first; for ever the same.
    static int second(String lane) {
        long further = 1 + hash(lane) / EventQueue.SHARDS % (EventQueue.SHARDS - 1);
        return (int) ((first(lane) + further) % EventQueue.SHARDS);
    }

    private static long hash(String lane) {
        var crc = new CRC32C();
        crc.update(lane.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    int shorter(String lane) {
        int first = first(lane);
        int second = second(lane);
        return lengths.get(second) < lengths.get(first) ? second : first;
    }

    /// So many events came to a shard; fewer than 0 left it.
    void change(int shard, int by) {
        lengths.addAndGet(shard, by);
    }

    void change(Map<Integer, Integer> by) {
        by.forEach(this::change);
    }

    long length() {
        long sum = 0;
        for (int shard = 0; shard < EventQueue.SHARDS; shard++) {
            sum += lengths.get(shard);
        }
        return sum;
    }
}
