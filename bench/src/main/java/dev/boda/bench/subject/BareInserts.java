package dev.boda.bench.subject;

import dev.boda.bench.load.LoadResult;
import dev.boda.store.Database;
import dev.boda.store.EventQueue.QueuedEvent;
import dev.boda.store.SqliteEventQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// The server's queue of events in this process, on a file of its own, and nothing else: what a disk and its database
/// allow.
public final class BareInserts implements AutoCloseable {

    private static final String LANE = "000000000000/us-east-1/bare";

    private static final int TIME_SHIFT = 16;

    private final Database database;
    private final SqliteEventQueue queue;

    private BareInserts(Database database) {
        this.database = database;
        this.queue = SqliteEventQueue.open(database, InstantSource.system());
    }

    public static BareInserts open(Path file) {
        return new BareInserts(Database.open(file, SqliteEventQueue.SCHEMA));
    }

    /// So many callers, each of which adds the next event as soon as its last one is durable.
    public LoadResult run(int callers, Duration time, byte[] payload) throws IOException, InterruptedException {
        var latency = new ConcurrentHistogram(LoadResult.histogram());
        var adding = new ArrayList<Future<?>>();
        long begun = System.nanoTime();
        long end = begun + time.toNanos();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < callers; i++) {
                adding.add(threads.submit(() -> addUntil(end, payload, latency)));
            }
            for (var caller : adding) {
                caller.get();
            }
        } catch (ExecutionException failed) {
            throw new IOException("Events could not be added: " + failed.getCause(), failed.getCause());
        }
        long nanos = System.nanoTime() - begun;
        return new LoadResult(latency.getTotalCount(), latency, LoadResult.histogram(), 0, nanos, 0);
    }

    private void addUntil(long end, byte[] payload, Histogram latency) {
        long now = System.nanoTime();
        while (now < end) {
            long millis = queue.millis();
            var id = id(millis).toString();
            queue.add(new QueuedEvent(id, LANE, millis, document(id), payload));
            long then = System.nanoTime();
            LoadResult.record(latency, then - now);
            now = then;
        }
    }

    /// It grows with time, as the server's do.
    private static UUID id(long millis) {
        return new UUID(millis << TIME_SHIFT, ThreadLocalRandom.current().nextLong());
    }

    /// As long as what the server keeps of an event beside its payload.
    private static String document(String id) {
        return "{\"requestId\":\"" + id
                + "\",\"account\":\"000000000000\",\"region\":\"us-east-1\",\"function\":\"bare\","
                + "\"qualifier\":null,\"trace\":\"Root=1-00000000-000000000000000000000000;Parent=0000000000000000;"
                + "Sampled=0\",\"received\":1700000000000,\"attempts\":0,\"retries\":0,\"refusals\":0}";
    }

    @Override
    public void close() {
        database.close();
    }
}
