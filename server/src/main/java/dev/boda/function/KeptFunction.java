package dev.boda.function;

import dev.boda.store.RecordKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// A function in memory, as it is until another one, or none, takes its place.
final class KeptFunction {

    private final WholeFunction whole;
    private final Map<RecordKey, Long> revisions;
    private final Lock turn;
    private final CompletableFuture<Boolean> superseded = new CompletableFuture<>();

    /// @param revisions of its records, which their next changes must expect
    KeptFunction(WholeFunction whole, Map<RecordKey, Long> revisions) {
        this(whole, revisions, new ReentrantLock(true));
    }

    private KeptFunction(WholeFunction whole, Map<RecordKey, Long> revisions, Lock turn) {
        this.whole = whole;
        this.revisions = Map.copyOf(revisions);
        this.turn = turn;
    }

    /// What takes the place of this one.
    KeptFunction next(WholeFunction changed, Map<RecordKey, Long> changedRevisions) {
        return new KeptFunction(changed, changedRevisions, turn);
    }

    /// Those who change the function have it one after the other, in the order in which they came. The same as long as
    /// the function lives.
    Lock turn() {
        return turn;
    }

    static RecordKey key(FunctionName name) {
        return RecordKey.of("function", name.account(), name.region(), name.name());
    }

    WholeFunction whole() {
        return whole;
    }

    FunctionRecord function() {
        return whole.function();
    }

    FunctionName name() {
        return whole.function().name();
    }

    Map<RecordKey, Long> revisions() {
        return revisions;
    }

    /// Of the last change of any of its records.
    long revision() {
        return revisions.getOrDefault(key(name()), 0L);
    }

    /// Something else is in its place now.
    void supersede() {
        superseded.complete(true);
    }

    /// Whether something else is in its place, at the latest when `limit` has passed.
    boolean awaitSuperseded(Duration limit) throws InterruptedException {
        try {
            return superseded.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("A function is superseded, that does not fail", e);
        }
    }
}
