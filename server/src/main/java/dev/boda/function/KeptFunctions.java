package dev.boda.function;

import dev.boda.store.RecordConflictException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All functions, in the store and in memory. A change is in the store before anybody sees it; reading is from memory,
/// without a lock. Writers of one function take turns, so that none of many is overtaken again and again; what tells
/// them apart are the store's revisions: of two that have read the same one, one wins.
final class KeptFunctions {

    /// Longest that a writer who was overtaken waits for memory to follow the store.
    static final Duration FOLLOWING = Duration.ofSeconds(1);

    /// Longest that a writer waits for those who came before.
    static final Duration TURN = Duration.ofSeconds(10);

    /// How often a writer that was overtaken looks again, each time when memory has followed the store. In his turn
    /// he is overtaken only by who clears all, or by who changes another function that took the name meanwhile.
    private static final int ATTEMPTS = 3;

    private final ConcurrentNavigableMap<FunctionName, KeptFunction> functions = new ConcurrentSkipListMap<>();
    private final UrlIndex urls = new UrlIndex();
    /// Held for reading by changes of one function, for writing by those of all.
    private final ReadWriteLock changes = new ReentrantReadWriteLock();
    private final FunctionTable table;

    KeptFunctions(FunctionTable table) {
        this.table = table;
    }

    /// Reads what the store holds.
    void open() {
        table.open().forEach(kept -> {
            urls.add(kept.whole());
            functions.put(kept.name(), kept);
        });
    }

    @Nullable
    KeptFunction find(FunctionName name) {
        return functions.get(name);
    }

    /// The URL of an id, of whatever function.
    Optional<FunctionUrl> url(String id) {
        return urls.find(id);
    }

    int size() {
        return functions.size();
    }

    Collection<KeptFunction> all() {
        return functions.values();
    }

    /// Those of an account and region whose names come behind one.
    Stream<WholeFunction> behind(FunctionName name) {
        return functions.tailMap(name, false).values().stream()
                .map(KeptFunction::whole)
                .takeWhile(whole -> whole.function().name().account().equals(name.account())
                        && whole.function().name().region().equals(name.region()));
    }

    /// False if there is one of its name.
    boolean create(WholeFunction whole) {
        try {
            changing(() -> functions.put(whole.function().name(), table.create(whole)));
            return true;
        } catch (RecordConflictException _) {
            return false;
        }
    }

    /// Puts `next` where `kept` is, in the store and then in memory; false if another change came first.
    private boolean replace(KeptFunction kept, WholeFunction next) {
        try {
            changing(() -> {
                var replaced = table.replace(kept, next);
                // Whoever changes it next, having seen this change, finds these URLs; none of the removed comes back.
                urls.add(next);
                functions.put(kept.name(), replaced);
                urls.remove(kept.whole(), next);
            });
        } catch (RecordConflictException _) {
            return false;
        }
        kept.supersede();
        return true;
    }

    /// Changes a function, whoever else does.
    ///
    /// @param change may be asked several times; what it makes of the last one is in the store
    /// @return as it was, and as it is now; empty if there is none of this name
    Optional<Change> change(FunctionName name, UnaryOperator<WholeFunction> change) throws InterruptedException {
        return inTurn(name, () -> changed(name, change));
    }

    private Optional<Change> changed(FunctionName name, UnaryOperator<WholeFunction> change)
            throws InterruptedException {
        var kept = find(name);
        for (int attempt = 0; kept != null && attempt < ATTEMPTS; attempt++) {
            var next = change.apply(kept.whole());
            if (next.equals(kept.whole()) || replace(kept, next)) {
                return Optional.of(new Change(kept.whole(), next));
            }
            kept = awaitSuperseded(kept, FOLLOWING);
        }
        if (kept != null) {
            throw LambdaErrors.updateInProgress(name.arn());
        }
        return Optional.empty();
    }

    /// What a change has made.
    record Change(WholeFunction before, WholeFunction after) {}

    /// Removes a function, whatever its state, and says what it was.
    WholeFunction remove(FunctionName name) throws InterruptedException {
        return inTurn(name, () -> removed(name)).orElseThrow(() -> LambdaErrors.functionNotFound(name.arn()));
    }

    private Optional<WholeFunction> removed(FunctionName name) throws InterruptedException {
        var kept = find(name);
        for (int attempt = 0; kept != null && attempt < ATTEMPTS; attempt++) {
            if (remove(kept)) {
                return Optional.of(kept.whole());
            }
            kept = awaitSuperseded(kept, FOLLOWING);
        }
        if (kept != null) {
            throw LambdaErrors.updateInProgress(name.arn());
        }
        return Optional.empty();
    }

    /// What somebody does when it is his turn.
    private interface Turn<T> {
        Optional<T> take() throws InterruptedException;
    }

    /// Empty if there is no function of this name.
    private <T> Optional<T> inTurn(FunctionName name, Turn<T> turn) throws InterruptedException {
        var kept = find(name);
        if (kept == null) {
            return Optional.empty();
        }
        if (!kept.turn().tryLock(TURN.toNanos(), TimeUnit.NANOSECONDS)) {
            throw LambdaErrors.updateInProgress(name.arn());
        }
        try {
            return turn.take();
        } finally {
            kept.turn().unlock();
        }
    }

    private boolean remove(KeptFunction kept) {
        try {
            changing(() -> {
                table.remove(kept);
                functions.computeIfPresent(kept.name(), (_, now) -> now.revision() == kept.revision() ? null : now);
                urls.remove(kept.whole(), WholeFunction.alone(kept.function()));
            });
        } catch (RecordConflictException _) {
            return false;
        }
        kept.supersede();
        return true;
    }

    /// What is there instead of `kept`, or still `kept` when `limit` has passed.
    @Nullable
    KeptFunction awaitSuperseded(KeptFunction kept, Duration limit) throws InterruptedException {
        return kept.awaitSuperseded(limit) ? find(kept.name()) : kept;
    }

    /// Makes one function's change, in the store and in memory, beside others but not beside [#clear()].
    private void changing(Runnable change) {
        changes.readLock().lock();
        try {
            change.run();
        } finally {
            changes.readLock().unlock();
        }
    }

    /// Removes every function, of every account and region, at once, and says what there was.
    List<WholeFunction> clear() {
        List<KeptFunction> removed;
        changes.writeLock().lock();
        try {
            table.clear();
            removed = List.copyOf(functions.values());
            functions.clear();
            urls.clear();
        } finally {
            changes.writeLock().unlock();
        }
        removed.forEach(KeptFunction::supersede);
        return removed.stream().map(KeptFunction::whole).toList();
    }
}
