package dev.boda.bench.load;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/// Callers that call again as soon as they are answered.
///
/// One caller is a thread that waits in a read; several share one thread and a selector, which costs the server that
/// is measured beside it less than a thread each would. A caller who is kept waiting calls less often, and so would see
/// less of a bad time than it was: the calls that it did not make meanwhile, one every median, are added to the
/// histogram with what they would have waited (HdrHistogram's correction of coordinated omission).
public final class ClosedLoop {

    private final Load load;
    private final Histogram seen = LoadResult.histogram();
    private final List<Outgoing> outgoing = new ArrayList<>();
    private long errors;
    private long endNanos;

    private ClosedLoop(Load load) {
        this.load = load;
    }

    /// Runs the load.
    public static LoadResult run(Load load) throws IOException {
        return new ClosedLoop(load).run();
    }

    private LoadResult run() throws IOException {
        var connections = new ArrayList<Connection>();
        try {
            for (int i = 0; i < load.callers(); i++) {
                var requests = load.requests().get();
                outgoing.add(requests);
                connections.add(new Connection(load.target().connect(), requests, false));
            }
            long begun = System.nanoTime();
            endNanos = begun + load.time().toNanos();
            if (connections.size() == 1) {
                callAlone(connections.getFirst());
            } else {
                callTogether(connections);
            }
            long nanos = System.nanoTime() - begun;
            return new LoadResult(
                    seen.getTotalCount(), corrected(seen), LoadResult.histogram(), errors, nanos, signing());
        } finally {
            for (var connection : connections) {
                connection.close();
            }
        }
    }

    /// With the calls that were not made while others waited.
    static Histogram corrected(Histogram seen) {
        return seen.copyCorrectedForCoordinatedOmission(Math.max(1, seen.getValueAtPercentile(50)));
    }

    private long signing() {
        return outgoing.stream()
                .mapToLong(requests -> requests instanceof SignedRequests signed ? signed.signingNanos() : 0)
                .sum();
    }

    private void callAlone(Connection connection) throws IOException {
        do {
            connection.prepare();
            connection.exchange();
            count(connection, System.nanoTime());
        } while (System.nanoTime() < endNanos);
    }

    private void callTogether(List<Connection> connections) throws IOException {
        try (var selector = Selector.open()) {
            int calling = 0;
            for (var connection : connections) {
                call(connection, connection.register(selector));
                calling++;
            }
            while (calling > 0) {
                selector.select();
                for (var key : selector.selectedKeys()) {
                    if (goOn(key)) {
                        calling--;
                    }
                }
                selector.selectedKeys().clear();
            }
        }
    }

    private static void call(Connection connection, SelectionKey key) throws IOException {
        connection.prepare();
        if (!connection.send()) {
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    /// True when that caller has made its last call.
    private boolean goOn(SelectionKey key) throws IOException {
        var connection = (Connection) key.attachment();
        if (key.isWritable() && connection.sendMore()) {
            key.interestOps(SelectionKey.OP_READ);
        }
        if (!key.isReadable() || !connection.receive()) {
            return false;
        }
        long now = System.nanoTime();
        count(connection, now);
        if (now >= endNanos) {
            key.cancel();
            return true;
        }
        call(connection, key);
        return false;
    }

    private void count(Connection connection, long now) {
        if (load.isRight(connection.answer())) {
            LoadResult.record(seen, now - connection.sentNanos());
        } else {
            errors++;
        }
    }
}
