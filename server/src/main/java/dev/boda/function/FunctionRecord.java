package dev.boda.function;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// All that is kept of a function but its versions and aliases. Immutable: a change makes another record.
///
/// @param id                 a UUID that tells it from those that had its name before; empty of one that was stored
///                           when there was none
/// @param failure            why the last creation or update failed, in a sentence
/// @param revisionId         a UUID; changes with settings, code and policy, and at the end of an update
/// @param versionId          of the snapshot that these settings and this code make
/// @param lastModifiedMillis when settings or code were last changed
/// @param serving            the snapshot that invocations of `$LATEST` run: while an update is under way, and after
///                           one that failed, the one before it; empty until the creation is done
/// @param reservedConcurrency how many of its invocations may run at once, which no other function's can take; empty
///                           if it shares what is unreserved. Not a part of any version
/// @param lastVersion        the number that was published last; 0 if none was
/// @param policy             who may invoke the function as such
/// @param eventInvoke        how asynchronous invocations of `$LATEST` are tried again
public record FunctionRecord(
        String id,
        FunctionName name,
        FunctionSettings settings,
        FunctionCode code,
        FunctionState state,
        Optional<String> failure,
        String revisionId,
        String versionId,
        long lastModifiedMillis,
        Optional<FunctionVersion> serving,
        Optional<Integer> reservedConcurrency,
        int lastVersion,
        Map<String, String> tags,
        Optional<String> codeSigningConfigArn,
        RuntimeManagement runtimeManagement,
        ResourcePolicy policy,
        Optional<EventInvokeConfig> eventInvoke,
        RecursiveLoop recursiveLoop) {

    public FunctionRecord {
        // Functions that were stored before these could be said have none.
        id = Objects.requireNonNullElse(id, "");
        tags = Collections.unmodifiableMap(new TreeMap<>(Objects.requireNonNullElse(tags, Map.of())));
        runtimeManagement = Objects.requireNonNullElse(runtimeManagement, RuntimeManagement.AUTO);
        policy = Objects.requireNonNullElse(policy, ResourcePolicy.NONE);
        recursiveLoop = Objects.requireNonNullElse(recursiveLoop, RecursiveLoop.TERMINATE);
    }

    /// A function that is being created.
    static FunctionRecord creating(FunctionName name, FunctionSettings settings, FunctionCode code, Stamps stamps) {
        return new FunctionRecord(
                stamps.revision(),
                name,
                settings,
                code,
                FunctionState.CREATING,
                Optional.empty(),
                stamps.revision(),
                stamps.version(),
                stamps.nowMillis(),
                Optional.empty(),
                Optional.empty(),
                0,
                Map.of(),
                Optional.empty(),
                RuntimeManagement.AUTO,
                ResourcePolicy.NONE,
                Optional.empty(),
                RecursiveLoop.TERMINATE);
    }

    /// Settings and code as an environment runs them.
    FunctionVersion snapshot() {
        return new FunctionVersion(versionId, name, FunctionVersion.LATEST, settings, code);
    }

    /// Names the release of its runtime.
    public String runtimeVersionArn() {
        return RuntimeVersionArn.of(name.region(), settings.runtime(), code.architecture());
    }

    /// An update of these settings and this code is under way.
    FunctionRecord begun(Stamps stamps) {
        return with(its -> {
            its.state = FunctionState.UPDATING;
            its.failure = Optional.empty();
            its.revisionId = stamps.revision();
            its.versionId = stamps.version();
            its.lastModifiedMillis = stamps.nowMillis();
        });
    }

    /// The creation or update is done: these settings and this code serve.
    FunctionRecord done(String newRevisionId) {
        return with(its -> {
            its.state = FunctionState.READY;
            its.failure = Optional.empty();
            its.revisionId = newRevisionId;
            its.serving = Optional.of(snapshot());
        });
    }

    /// The creation or update failed: what served before serves on.
    FunctionRecord failed(String newRevisionId, String why) {
        return with(its -> {
            its.state = state == FunctionState.CREATING ? FunctionState.CREATE_FAILED : FunctionState.UPDATE_FAILED;
            its.failure = Optional.of(why);
            its.revisionId = newRevisionId;
        });
    }

    /// Whether invocations of `$LATEST` run code that lies in this folder.
    boolean runsFrom(String folder) {
        return serving.flatMap(its -> its.code().folder())
                .filter(folder::equals)
                .isPresent();
    }

    /// What lies in the folder of its code is another: so is the snapshot that serves, whose environments have read it.
    /// Nothing that is shown of the function changes with that.
    FunctionRecord renewed(String newVersionId) {
        return with(its -> {
            its.versionId = serving.filter(old -> old.id().equals(versionId)).isPresent() ? newVersionId : versionId;
            its.serving = serving.map(old -> old.as(newVersionId));
        });
    }

    /// The same but for what `change` sets.
    public FunctionRecord with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.function();
    }

    /// A function that is being changed.
    public static final class Draft {

        private final String id;
        private final FunctionName name;
        public FunctionSettings settings;
        public FunctionCode code;
        public FunctionState state;
        public Optional<String> failure;
        public String revisionId;
        public String versionId;
        public long lastModifiedMillis;
        public Optional<FunctionVersion> serving;
        public Optional<Integer> reservedConcurrency;
        public int lastVersion;
        public Map<String, String> tags;
        public Optional<String> codeSigningConfigArn;
        public RuntimeManagement runtimeManagement;
        public ResourcePolicy policy;
        public Optional<EventInvokeConfig> eventInvoke;
        public RecursiveLoop recursiveLoop;

        private Draft(FunctionRecord from) {
            id = from.id;
            name = from.name;
            settings = from.settings;
            code = from.code;
            state = from.state;
            failure = from.failure;
            revisionId = from.revisionId;
            versionId = from.versionId;
            lastModifiedMillis = from.lastModifiedMillis;
            serving = from.serving;
            reservedConcurrency = from.reservedConcurrency;
            lastVersion = from.lastVersion;
            tags = from.tags;
            codeSigningConfigArn = from.codeSigningConfigArn;
            runtimeManagement = from.runtimeManagement;
            policy = from.policy;
            eventInvoke = from.eventInvoke;
            recursiveLoop = from.recursiveLoop;
        }

        private FunctionRecord function() {
            return new FunctionRecord(
                    id,
                    name,
                    settings,
                    code,
                    state,
                    failure,
                    revisionId,
                    versionId,
                    lastModifiedMillis,
                    serving,
                    reservedConcurrency,
                    lastVersion,
                    tags,
                    codeSigningConfigArn,
                    runtimeManagement,
                    policy,
                    eventInvoke,
                    recursiveLoop);
        }
    }
}
