package dev.boda.function;

import dev.boda.code.CodeFolders;
import dev.boda.store.RecordConflictException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The functions that exist. A change is in the store before anybody sees it; reading is from memory, without a lock.
///
/// A creation or update is acknowledged at once and finished by a step in the background, which makes sure that the
/// code is unpacked: only then the new snapshot serves. Writers of one function are told apart by the store's
/// revisions: of two, one wins and the other is refused.
public final class FunctionCatalog {

    /// Longest that an invocation waits for a function that is being created.
    static final Duration CREATION_WAIT = Duration.ofSeconds(10);

    /// Longest that an invocation waits for an update before it runs what was there before.
    static final Duration UPDATE_WAIT = Duration.ofSeconds(1);

    /// How often a writer that was overtaken looks again, each time when memory has followed the store.
    private static final int ATTEMPTS = 10;

    private final ConcurrentNavigableMap<FunctionName, KeptFunction> functions = new ConcurrentSkipListMap<>();
    /// Held for reading by changes of one function, for writing by those of all.
    private final ReadWriteLock changes = new ReentrantReadWriteLock();
    private final FunctionTable table;
    private final Settlement settlement;
    private final VersionListener listener;
    private final Stamps stamps;

    /// @param background runs the steps; a thread each
    public FunctionCatalog(
            FunctionTable table, CodeFolders code, Executor background, VersionListener listener, Stamps stamps) {
        this.table = table;
        this.settlement = new Settlement(code, background, this::end);
        this.listener = listener;
        this.stamps = stamps;
    }

    /// Reads what the store holds, and takes up the steps that the last server did not finish.
    public void open() {
        for (var row : table.open()) {
            functions.put(row.function().name(), new KeptFunction(row));
        }
        for (var kept : functions.values()) {
            if (kept.function().state().unsettled()) {
                settlement.begin(kept.function());
            }
        }
    }

    /// Adds a function; it is being created when this returns.
    public FunctionRecord create(FunctionName name, FunctionSettings settings, FunctionCode code) {
        return create(name, settings, code, _ -> {});
    }

    /// The same with more than settings and code.
    ///
    /// @param more tags, …
    public FunctionRecord create(
            FunctionName name, FunctionSettings settings, FunctionCode code, Consumer<FunctionRecord.Draft> more) {
        var function = FunctionRecord.creating(name, settings, code, stamps).with(more);
        try {
            changing(() -> functions.put(name, new KeptFunction(table.create(function))));
        } catch (RecordConflictException _) {
            throw LambdaErrors.functionExists(name.name());
        }
        settlement.begin(function);
        return function;
    }

    /// Whether there is a function of this name, whatever its state.
    public boolean exists(FunctionName name) {
        return functions.containsKey(name);
    }

    /// How many functions there are, of all accounts and regions.
    public int size() {
        return functions.size();
    }

    /// Refuses a name that is taken.
    public void checkAbsent(FunctionName name) {
        if (functions.containsKey(name)) {
            throw LambdaErrors.functionExists(name.name());
        }
    }

    /// The function that `reference` names, as it is now.
    public FunctionRecord get(FunctionReference reference) {
        var kept = functions.get(reference.function());
        if (kept == null || !isLatest(reference)) {
            throw LambdaErrors.functionNotFound(reference.arn());
        }
        return kept.function();
    }

    /// What an invocation of `reference` runs. Waits, for a bounded time, while the function is being created or
    /// updated.
    public FunctionVersion resolve(FunctionReference reference) throws InterruptedException {
        var kept = functions.get(reference.function());
        if (kept != null && kept.function().state().unsettled()) {
            kept = awaitSettled(kept);
        }
        if (kept == null || !isLatest(reference)) {
            var named = reference.qualifier().orElse(Qualifier.LATEST);
            throw LambdaErrors.functionNotFound(reference.function().arn(named));
        }
        var function = kept.function();
        return function.serving()
                .orElseThrow(() -> LambdaErrors.wrongState(function.state().wire()));
    }

    private static boolean isLatest(FunctionReference reference) {
        return reference.qualifier().isEmpty() || reference.qualifier().get().isLatest();
    }

    /// What is there when the creation or update under way has ended, or when it has taken too long.
    private @Nullable KeptFunction awaitSettled(KeptFunction unsettled) throws InterruptedException {
        var limit = unsettled.function().state() == FunctionState.CREATING ? CREATION_WAIT : UPDATE_WAIT;
        long deadline = System.nanoTime() + limit.toNanos();
        var kept = unsettled;
        // What takes its place may be another reservation, with the update still under way.
        for (long left = limit.toNanos(); left > 0; left = deadline - System.nanoTime()) {
            kept = awaitSuperseded(kept, Duration.ofNanos(left));
            if (kept == null || !kept.function().state().unsettled()) {
                return kept;
            }
        }
        return kept;
    }

    /// What is there instead of `kept`, or still `kept` when `limit` has passed.
    private @Nullable KeptFunction awaitSuperseded(KeptFunction kept, Duration limit) throws InterruptedException {
        return kept.awaitSuperseded(limit) ? functions.get(kept.function().name()) : kept;
    }

    /// Changes a function and says how it is then: being updated.
    ///
    /// @param revisionId what the caller believes the function's revision to be
    public FunctionRecord update(
            FunctionReference reference, Optional<String> revisionId, UnaryOperator<FunctionRecord> change) {
        var kept = updatable(reference, revisionId);
        var begun = change.apply(kept.function()).begun(stamps);
        if (!replace(kept, begun)) {
            throw LambdaErrors.updateInProgress(reference.function().arn());
        }
        settlement.begin(begun);
        return begun;
    }

    /// Reserves concurrency for a function, or nothing any more, whatever its state: that is no update.
    public FunctionRecord reserve(FunctionName name, Optional<Integer> executions) throws InterruptedException {
        return amend(name, function -> function.with(its -> its.reservedConcurrency = executions));
    }

    /// Changes what is kept of a function without that being an update of it, whatever its state.
    ///
    /// @param change made again, of what is there then, where another change came first
    public FunctionRecord amend(FunctionName name, UnaryOperator<FunctionRecord> change) throws InterruptedException {
        var kept = functions.get(name);
        for (int attempt = 0; kept != null && attempt < ATTEMPTS; attempt++) {
            var next = change.apply(kept.function());
            if (replace(kept, next)) {
                return next;
            }
            kept = awaitSuperseded(kept, UPDATE_WAIT);
        }
        throw kept == null ? LambdaErrors.functionNotFound(name.arn()) : LambdaErrors.updateInProgress(name.arn());
    }

    /// Changes what [#amend] would, and the function has another revision id afterwards.
    public FunctionRecord revise(FunctionName name, UnaryOperator<FunctionRecord> change) throws InterruptedException {
        return amend(name, function -> change.apply(function).with(its -> its.revisionId = stamps.revision()));
    }

    /// The function, if it may be updated now.
    public FunctionRecord checkUpdate(FunctionReference reference, Optional<String> revisionId) {
        return updatable(reference, revisionId).function();
    }

    private KeptFunction updatable(FunctionReference reference, Optional<String> revisionId) {
        var kept = functions.get(reference.function());
        if (kept == null || !isLatest(reference)) {
            throw LambdaErrors.functionNotFound(reference.arn());
        }
        var function = kept.function();
        if (revisionId.isPresent() && !revisionId.get().equals(function.revisionId())) {
            throw LambdaErrors.revisionMismatch();
        }
        return switch (function.state()) {
            case READY, UPDATE_FAILED -> kept;
            case UPDATING -> throw LambdaErrors.updateInProgress(function.name().arn());
            case CREATING, CREATE_FAILED ->
                throw LambdaErrors.wrongState(function.state().wire());
        };
    }

    /// Puts `next` where `kept` is, in the store and then in memory; false if another change came first.
    private boolean replace(KeptFunction kept, FunctionRecord next) {
        try {
            changing(() -> functions.put(next.name(), new KeptFunction(table.replace(kept.row(), next))));
        } catch (RecordConflictException _) {
            return false;
        }
        kept.supersede();
        return true;
    }

    /// Removes a function, whatever its state.
    public void delete(FunctionName name) throws InterruptedException {
        var kept = functions.get(name);
        for (int attempt = 0; kept != null && attempt < ATTEMPTS; attempt++) {
            if (remove(kept)) {
                kept.function().serving().ifPresent(listener::retired);
                return;
            }
            kept = awaitSuperseded(kept, UPDATE_WAIT);
        }
        throw kept == null ? LambdaErrors.functionNotFound(name.arn()) : LambdaErrors.updateInProgress(name.arn());
    }

    private boolean remove(KeptFunction kept) {
        try {
            changing(() -> {
                table.remove(kept.row());
                long revision = kept.row().revision();
                functions.computeIfPresent(
                        kept.function().name(), (_, now) -> now.row().revision() == revision ? null : now);
            });
        } catch (RecordConflictException _) {
            return false;
        }
        kept.supersede();
        return true;
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

    /// Removes every function, of every account and region, at once; their environments are the caller's to end.
    public Cleared clear() {
        List<KeptFunction> removed;
        changes.writeLock().lock();
        try {
            table.clear();
            removed = List.copyOf(functions.values());
            functions.clear();
        } finally {
            changes.writeLock().unlock();
        }
        removed.forEach(KeptFunction::supersede);
        return new Cleared(
                removed.size(),
                removed.stream()
                        .flatMap(kept -> kept.function().serving().stream())
                        .map(FunctionVersion::id)
                        .toList());
    }

    /// What was removed.
    ///
    /// @param versionIds of the snapshots that invocations ran
    public record Cleared(int functions, List<String> versionIds) {}

    /// At most `limit` functions of an account and region, in the order of their names.
    ///
    /// @param after the last name before them; the empty string to begin
    public List<FunctionRecord> list(String account, String region, String after, int limit) {
        return functions.tailMap(new FunctionName(account, region, after), false).values().stream()
                .map(KeptFunction::function)
                .takeWhile(function -> function.name().account().equals(account)
                        && function.name().region().equals(region))
                .limit(limit)
                .toList();
    }

    /// The digests of all code that a function has or runs.
    public Set<String> codeInUse() {
        var digests = new HashSet<String>();
        for (var kept : functions.values()) {
            digests.add(kept.function().code().digest());
            kept.function().serving().ifPresent(version -> digests.add(version.codeDigest()));
        }
        return digests;
    }

    /// How many functions an account has in a region, how much code, and how much it may have.
    ///
    /// @param concurrencyLimit      concurrent executions, reserved or not
    /// @param unreservedConcurrency those of them that no function has reserved
    public record Usage(
            long functions, long codeBytes, long codeLimitBytes, int concurrencyLimit, int unreservedConcurrency) {}

    public Usage usage(String account, String region) {
        return new Usage(
                list(account, region, "", Integer.MAX_VALUE).size(),
                table.storage().usedBytes(account, region),
                table.storage().limitBytes(),
                table.concurrency().limit(),
                table.concurrency().unreserved(account, region));
    }

    /// Refuses code for which the account has no room left.
    ///
    /// @param moreBytes than the function's code has now
    public void checkCodeStorage(FunctionName name, long moreBytes) {
        table.storage().check(name, moreBytes);
    }

    /// Ends a change that [Settlement] has finished, unless another has taken its place.
    private void end(FunctionRecord begun, Optional<String> failure) throws InterruptedException {
        var kept = functions.get(begun.name());
        for (int attempt = 0; kept != null && attempt < ATTEMPTS; attempt++) {
            if (!kept.function().versionId().equals(begun.versionId()) || finish(kept, failure)) {
                return;
            }
            kept = awaitSuperseded(kept, UPDATE_WAIT);
        }
    }

    private boolean finish(KeptFunction kept, Optional<String> failure) {
        var begun = kept.function();
        var revision = stamps.revision();
        var ended = failure.map(why -> begun.failed(revision, why)).orElseGet(() -> begun.done(revision));
        if (!replace(kept, ended)) {
            return false;
        }
        if (failure.isEmpty()) {
            begun.serving().ifPresent(listener::retired);
        }
        return true;
    }
}
