package dev.boda.function;

import java.util.Map;
import java.util.Optional;

/// All that is kept of a function. Immutable: a change makes another record with another revision id.
///
/// @param failure            why the last creation or update failed, in a sentence
/// @param revisionId         a UUID; changes with every change of the record, the end of an update included
/// @param versionId          of the snapshot that these settings and this code make
/// @param lastModifiedMillis when settings or code were last changed
/// @param serving            the snapshot that invocations run: while an update is under way, and after one that
///                           failed, the one before it; empty until the function was active once
/// @param reservedConcurrency how many of its invocations may run at once, which no other function's can take; empty
///                           if it shares what is unreserved. Not a part of any version
public record FunctionRecord(
        FunctionName name,
        FunctionSettings settings,
        FunctionCode code,
        FunctionState state,
        Optional<String> failure,
        String revisionId,
        String versionId,
        long lastModifiedMillis,
        Optional<FunctionVersion> serving,
        Optional<Integer> reservedConcurrency) {

    /// Settings and code as an environment runs them.
    FunctionVersion snapshot() {
        return new FunctionVersion(
                versionId,
                name.account(),
                name.region(),
                name.name(),
                FunctionVersion.LATEST,
                settings.runtime(),
                settings.handler(),
                settings.role(),
                code.digest(),
                code.architecture(),
                settings.timeoutSeconds(),
                settings.memoryMegabytes(),
                settings.temporaryMegabytes(),
                settings.environment().orElse(Map.of()));
    }

    /// Names the release of its runtime.
    public String runtimeVersionArn() {
        return RuntimeVersionArn.of(name.region(), settings.runtime(), code.architecture());
    }

    /// The same with other settings, for a change that is then [#begun].
    public FunctionRecord with(FunctionSettings changed) {
        return with(changed, code);
    }

    /// The same with other code, for a change that is then [#begun].
    public FunctionRecord with(FunctionCode changed) {
        return with(settings, changed);
    }

    private FunctionRecord with(FunctionSettings newSettings, FunctionCode newCode) {
        return new FunctionRecord(
                name,
                newSettings,
                newCode,
                state,
                failure,
                revisionId,
                versionId,
                lastModifiedMillis,
                serving,
                reservedConcurrency);
    }

    /// The same with other reserved concurrency: no update, and no other revision id.
    FunctionRecord withReserved(Optional<Integer> executions) {
        return new FunctionRecord(
                name, settings, code, state, failure, revisionId, versionId, lastModifiedMillis, serving, executions);
    }

    /// An update of these settings and this code is under way.
    FunctionRecord begun(String newRevisionId, String newVersionId, long nowMillis) {
        return new FunctionRecord(
                name,
                settings,
                code,
                FunctionState.UPDATING,
                Optional.empty(),
                newRevisionId,
                newVersionId,
                nowMillis,
                serving,
                reservedConcurrency);
    }

    /// The creation or update is done: these settings and this code serve.
    FunctionRecord done(String newRevisionId) {
        return new FunctionRecord(
                name,
                settings,
                code,
                FunctionState.READY,
                Optional.empty(),
                newRevisionId,
                versionId,
                lastModifiedMillis,
                Optional.of(snapshot()),
                reservedConcurrency);
    }

    /// The creation or update failed: what served before serves on.
    FunctionRecord failed(String newRevisionId, String why) {
        var next = state == FunctionState.CREATING ? FunctionState.CREATE_FAILED : FunctionState.UPDATE_FAILED;
        return new FunctionRecord(
                name,
                settings,
                code,
                next,
                Optional.of(why),
                newRevisionId,
                versionId,
                lastModifiedMillis,
                serving,
                reservedConcurrency);
    }
}
