package dev.boda.function;

import dev.boda.code.CodeFolders;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The functions that exist. A change is in the store before anybody sees it; reading is from memory, without a lock.
///
/// A creation or update is acknowledged at once and finished by a step in the background, which makes sure that the
/// code is unpacked: only then the new snapshot serves. Until then no other update is begun. Writers of one
/// function take turns: of two that name the same revision id, the second is refused.
public final class FunctionCatalog {

    private final KeptFunctions functions;
    private final FunctionTable table;
    private final Settlement settlement;
    private final VersionListener listener;
    private final Stamps stamps;
    private final InvocationTargets targets;
    private final ProvisionedAllocation provisioned;
    private final ReentrantLock allocating = new ReentrantLock();
    private final ReentrantLock capacity = new ReentrantLock();

    /// @param background runs the steps; a thread each
    /// @param random     chooses between the versions of an alias; safe for use by several threads
    public FunctionCatalog(
            FunctionTable table,
            CodeFolders code,
            Executor background,
            VersionListener listener,
            Stamps stamps,
            RandomGenerator random,
            ProvisionedAllocation provisioned) {
        this.table = table;
        this.functions = new KeptFunctions(table);
        this.settlement = new Settlement(code, background, this::end);
        this.listener = listener;
        this.stamps = stamps;
        this.targets = new InvocationTargets(functions, random);
        this.provisioned = provisioned;
    }

    /// Reads what the store holds, and takes up the steps that the last server did not finish.
    public void open() {
        functions.open();
        for (var kept : functions.all()) {
            if (kept.function().state().unsettled()) {
                settlement.begin(kept.function());
            }
            kept.whole().wanted().forEach(provisioned::allocate);
        }
    }

    /// Adds a function; it is being created when this returns.
    ///
    /// @param publish whether it is version 1, too
    public WholeFunction create(FunctionRecord function, boolean publish) {
        var alone = WholeFunction.alone(function);
        var whole = publish ? alone.published(Optional.empty(), stamps) : alone;
        if (!functions.create(whole)) {
            throw LambdaErrors.functionExists(function.name().name());
        }
        settlement.begin(function);
        return whole;
    }

    /// The record of a function that is to be created.
    public FunctionRecord creating(FunctionName name, FunctionSettings settings, FunctionCode code) {
        return FunctionRecord.creating(name, settings, code, stamps);
    }

    /// Whether there is a function of this name, whatever its state.
    public boolean exists(FunctionName name) {
        return functions.find(name) != null;
    }

    /// How many functions there are, of all accounts and regions.
    public int size() {
        return functions.size();
    }

    /// Refuses a name that is taken.
    public void checkAbsent(FunctionName name) {
        if (exists(name)) {
            throw LambdaErrors.functionExists(name.name());
        }
    }

    /// The function that `reference` names, as `$LATEST` is now.
    public FunctionRecord get(FunctionReference reference) {
        return find(reference).shown();
    }

    /// What `reference` names, as it is now: `$LATEST`, a version, or what an alias refers to first.
    public WholeFunction.Named find(FunctionReference reference) {
        return whole(reference.function())
                .flatMap(whole -> whole.find(reference.qualifier()))
                .orElseThrow(() -> LambdaErrors.functionNotFound(reference.arn()));
    }

    /// A function with its versions and aliases, if it exists.
    public Optional<WholeFunction> whole(FunctionName name) {
        return Optional.ofNullable(functions.find(name)).map(KeptFunction::whole);
    }

    /// A function with its versions and aliases.
    public WholeFunction require(FunctionName name) {
        return whole(name).orElseThrow(() -> LambdaErrors.functionNotFound(name.arn()));
    }

    /// The URL of an id, of whatever function, if there is one.
    Optional<FunctionUrl> url(String id) {
        return functions.url(id);
    }

    /// What an invocation of `reference` runs. Waits, for a bounded time, while the function is being created or
    /// updated.
    public FunctionVersion resolve(FunctionReference reference) throws InterruptedException {
        return targets.resolve(reference);
    }

    /// Changes a function and says how it is then: being updated.
    ///
    /// @param revisionId what the caller believes the function's revision to be
    /// @param publish    whether what it is then is a version, too
    public WholeFunction update(
            FunctionReference reference,
            Optional<String> revisionId,
            boolean publish,
            UnaryOperator<FunctionRecord> change)
            throws InterruptedException {
        checkUpdate(reference, revisionId);
        var next = change(reference.function(), whole -> {
            checkUpdatable(whole.function(), revisionId);
            var begun = whole.with(change.apply(whole.function()).begun(stamps));
            return publish ? begun.published(Optional.empty(), stamps) : begun;
        });
        settlement.begin(next.function());
        return next;
    }

    /// Changes a function, its versions or its aliases, whatever its state.
    ///
    /// @param change may be asked several times; what it makes of the last one is in the store
    public WholeFunction change(FunctionName name, UnaryOperator<WholeFunction> change) throws InterruptedException {
        var made = functions.change(name, change).orElseThrow(() -> LambdaErrors.functionNotFound(name.arn()));
        var running = made.after().snapshots().map(FunctionVersion::id).collect(Collectors.toSet());
        made.before().snapshots().filter(old -> !running.contains(old.id())).forEach(listener::retired);
        activate(made);
        allocate(made);
        return made.after();
    }

    /// What can be invoked that could not before.
    private void activate(KeptFunctions.Change made) {
        if (made.after().function().state() == FunctionState.READY) {
            var before = made.before().function().state() == FunctionState.READY
                    ? made.before().snapshots().map(FunctionVersion::id).collect(Collectors.toSet())
                    : Set.<String>of();
            made.after().snapshots().filter(each -> !before.contains(each.id())).forEach(listener::activated);
        }
    }

    /// Tells whoever keeps environments initialised what has changed, one after the other and as it is by then: of two
    /// changes the later one tells last.
    private void allocate(KeptFunctions.Change made) {
        var before = made.before().wanted();
        var after = made.after().wanted();
        if (before.equals(after)) {
            return;
        }
        allocating.lock();
        try {
            var now = whole(made.after().function().name())
                    .map(WholeFunction::wanted)
                    .orElse(Map.of());
            Stream.concat(before.keySet().stream(), after.keySet().stream())
                    .distinct()
                    .forEach(version -> provisioned.allocate(version, now.getOrDefault(version, 0)));
        } finally {
            allocating.unlock();
        }
    }

    /// Does something for which the concurrency of others must not change meanwhile.
    WholeFunction withCapacity(FunctionName name, UnaryOperator<WholeFunction> change) throws InterruptedException {
        capacity.lockInterruptibly();
        try {
            return change(name, change);
        } finally {
            capacity.unlock();
        }
    }

    /// Reserves concurrency for a function, or nothing any more, whatever its state: that is no update.
    public FunctionRecord reserve(FunctionName name, Optional<Integer> executions) throws InterruptedException {
        return withCapacity(name, whole -> {
                    int needed = whole.provisioned();
                    if (executions.isPresent() && executions.get() < needed) {
                        throw VersionErrors.reservedBelowProvisioned(executions.get(), needed);
                    }
                    checkUnreserved(whole, executions);
                    return whole.with(whole.function().with(its -> its.reservedConcurrency = executions));
                })
                .function();
    }

    /// What is provisioned of others is out of what is not reserved, of which enough must be left.
    private void checkUnreserved(WholeFunction whole, Optional<Integer> executions) {
        var now = concurrency(whole.function().name());
        int reservedNow = whole.function().reservedConcurrency().orElse(0);
        int left = now.unreserved() + reservedNow - executions.orElse(whole.provisioned());
        if (now.provisionedByOthers() + whole.provisioned() > 0 && left < now.leastUnreserved()) {
            throw LambdaErrors.tooMuchReserved(now.leastUnreserved());
        }
    }

    /// Changes what is kept of a function beside its versions, without that being an update of it.
    public FunctionRecord amend(FunctionName name, UnaryOperator<FunctionRecord> change) throws InterruptedException {
        return change(name, whole -> whole.with(change.apply(whole.function()))).function();
    }

    /// Changes what [#amend] would, and the function has another revision id afterwards.
    public FunctionRecord revise(FunctionName name, UnaryOperator<FunctionRecord> change) throws InterruptedException {
        return amend(name, function -> change.apply(function).with(its -> its.revisionId = stamps.revision()));
    }

    /// The function, if it may be updated now.
    public FunctionRecord checkUpdate(FunctionReference reference, Optional<String> revisionId) {
        if (reference.qualifier().filter(named -> !named.isLatest()).isPresent()) {
            throw LambdaErrors.functionNotFound(reference.arn());
        }
        var function = whole(reference.function())
                .orElseThrow(() -> LambdaErrors.functionNotFound(reference.arn()))
                .function();
        checkUpdatable(function, revisionId);
        return function;
    }

    private static void checkUpdatable(FunctionRecord function, Optional<String> revisionId) {
        if (revisionId.isPresent() && !revisionId.get().equals(function.revisionId())) {
            throw LambdaErrors.revisionMismatch();
        }
        checkSettled(function);
    }

    /// Refuses what cannot be done while a function is being created or updated.
    static void checkSettled(FunctionRecord function) {
        switch (function.state()) {
            case READY, UPDATE_FAILED -> {}
            case UPDATING -> throw LambdaErrors.updateInProgress(function.name().arn());
            case CREATING, CREATE_FAILED ->
                throw LambdaErrors.wrongState(function.state().wire());
        }
    }

    /// Removes a function with its versions, aliases and URLs, whatever its state.
    public void delete(FunctionName name) throws InterruptedException {
        var removed = functions.remove(name);
        removed.snapshots().forEach(listener::retired);
        listener.deleted(removed.function());
    }

    /// Removes every function, of every account and region, at once; their environments are the caller's to end.
    public Cleared clear() {
        var removed = functions.clear();
        return new Cleared(
                removed.size(),
                removed.stream()
                        .flatMap(WholeFunction::snapshots)
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
        return functions
                .behind(new FunctionName(account, region, after))
                .map(WholeFunction::function)
                .limit(limit)
                .toList();
    }

    /// At most `limit` versions of all functions of an account and region: of each `$LATEST` first.
    ///
    /// @param after   the name of the last one before them; the empty string to begin
    /// @param version and its version, 0 for `$LATEST`
    public List<WholeFunction.Named> listVersions(String account, String region, String after, int version, int limit) {
        var name = new FunctionName(account, region, after);
        var rest = whole(name).stream().flatMap(whole -> whole.all().filter(each -> each.number() > version));
        var others = functions.behind(name).flatMap(WholeFunction::all);
        return Stream.concat(rest, others).limit(limit).toList();
    }

    /// The ids of all snapshots that invocations may run.
    public Set<String> versionIds() {
        return functions.all().stream()
                .flatMap(kept -> kept.whole().snapshots())
                .map(FunctionVersion::id)
                .collect(Collectors.toSet());
    }

    /// The digests of all code that a function has or runs.
    public Set<String> codeInUse() {
        var digests = new HashSet<String>();
        for (var kept : functions.all()) {
            digests.add(kept.function().code().digest());
            digests.addAll(LayerUse.codeInUse(kept.function().settings().layers()));
            kept.whole().snapshots().forEach(version -> {
                digests.add(version.codeDigest());
                digests.addAll(LayerUse.codeInUse(version.settings().layers()));
            });
        }
        return digests;
    }

    /// The functions that run their code from a folder of this machine.
    List<FunctionName> runningFrom(String folder) {
        return functions.all().stream()
                .map(KeptFunction::function)
                .filter(function -> function.runsFrom(folder))
                .map(FunctionRecord::name)
                .toList();
    }

    /// How many functions an account has in a region, how much code, and how much it may have.
    ///
    /// @param concurrencyLimit      concurrent executions, reserved or not
    /// @param unreservedConcurrency those of them that no function has reserved
    public record Usage(
            long functions, long codeBytes, long codeLimitBytes, int concurrencyLimit, int unreservedConcurrency) {}

    public Usage usage(String account, String region) {
        return new Usage(
                functions.behind(new FunctionName(account, region, "")).count(),
                table.storage().usedBytes(account, region),
                table.storage().limitBytes(),
                table.concurrency().limit(),
                table.concurrency().unreserved(account, region));
    }

    /// What functions without reserved concurrency share.
    ///
    /// @param unreserved      what another function may have provisioned of it
    /// @param leastUnreserved how much of it nobody may take
    record Concurrency(int unreserved, int leastUnreserved, int provisionedByOthers) {}

    /// What a function may have provisioned, if nothing is reserved for it.
    Concurrency concurrency(FunctionName name) {
        int others = functions
                .behind(new FunctionName(name.account(), name.region(), ""))
                .filter(whole -> whole.function().reservedConcurrency().isEmpty()
                        && !whole.function().name().equals(name))
                .mapToInt(WholeFunction::provisioned)
                .sum();
        return new Concurrency(
                table.concurrency().unreserved(name.account(), name.region()) - others,
                table.concurrency().leastUnreserved(),
                others);
    }

    /// Refuses code for which the account has no room left.
    ///
    /// @param moreBytes than the function's code has now
    public void checkCodeStorage(FunctionName name, long moreBytes) {
        table.storage().check(name, moreBytes);
    }

    Stamps stamps() {
        return stamps;
    }

    /// Ends a change that [Settlement] has finished, unless another has taken its place.
    private void end(FunctionRecord begun, Optional<String> failure) throws InterruptedException {
        var revision = stamps.revision();
        var made = functions.change(begun.name(), whole -> {
            var now = whole.function();
            if (!now.versionId().equals(begun.versionId()) || !now.state().unsettled()) {
                return whole;
            }
            return whole.with(failure.map(why -> now.failed(revision, why)).orElseGet(() -> now.done(revision)));
        });
        made.ifPresent(this::activate);
        if (failure.isEmpty()) {
            made.filter(change -> !change.before().equals(change.after()))
                    .flatMap(change -> change.before().function().serving())
                    .ifPresent(listener::retired);
        }
    }
}
