package dev.boda.function;

import java.util.Objects;
import java.util.Optional;

/// A published version of a function: code and configuration never change, who may invoke it does.
///
/// @param latestId           of the snapshot of `$LATEST` that was published
/// @param latestDescription  what `$LATEST` was described as when this was published
/// @param revisionId         a UUID; changes with its policy and its provisioned concurrency
/// @param policy             who may invoke it
/// @param provisioned        environments that are kept initialised for it
/// @param runtimeManagement  its own from when it was published
/// @param eventInvoke        how its asynchronous invocations are tried again
public record PublishedVersion(
        FunctionVersion snapshot,
        String latestId,
        String latestDescription,
        String revisionId,
        long lastModifiedMillis,
        ResourcePolicy policy,
        Optional<ProvisionedRequest> provisioned,
        RuntimeManagement runtimeManagement,
        Optional<EventInvokeConfig> eventInvoke) {

    public PublishedVersion {
        policy = Objects.requireNonNullElse(policy, ResourcePolicy.NONE);
        runtimeManagement = Objects.requireNonNullElse(runtimeManagement, RuntimeManagement.AUTO);
    }

    static PublishedVersion of(FunctionRecord function, int number, Optional<String> description, Stamps stamps) {
        var settings = function.settings();
        var described = description
                .map(text -> settings.with(its -> its.description = text))
                .orElse(settings);
        return new PublishedVersion(
                new FunctionVersion(
                        stamps.version(), function.name(), String.valueOf(number), described, function.code()),
                function.versionId(),
                settings.description(),
                stamps.revision(),
                stamps.nowMillis(),
                ResourcePolicy.NONE,
                Optional.empty(),
                function.runtimeManagement(),
                Optional.empty());
    }

    public int number() {
        return Integer.parseInt(snapshot.version());
    }

    /// Whether `$LATEST` is still what was published, so that there is nothing to publish.
    boolean isSameAs(FunctionRecord function) {
        var published = snapshot.settings().with(its -> its.description = latestDescription);
        return published.equals(function.settings()) && snapshot.code().equals(function.code());
    }

    PublishedVersion withPolicy(ResourcePolicy changed, String newRevisionId) {
        return new PublishedVersion(
                snapshot,
                latestId,
                latestDescription,
                newRevisionId,
                lastModifiedMillis,
                changed,
                provisioned,
                runtimeManagement,
                eventInvoke);
    }

    PublishedVersion withProvisioned(Optional<ProvisionedRequest> changed, String newRevisionId) {
        return new PublishedVersion(
                snapshot,
                latestId,
                latestDescription,
                newRevisionId,
                lastModifiedMillis,
                policy,
                changed,
                runtimeManagement,
                eventInvoke);
    }

    PublishedVersion withRuntimeManagement(RuntimeManagement changed) {
        return new PublishedVersion(
                snapshot,
                latestId,
                latestDescription,
                revisionId,
                lastModifiedMillis,
                policy,
                provisioned,
                changed,
                eventInvoke);
    }

    PublishedVersion withEventInvoke(Optional<EventInvokeConfig> changed) {
        return new PublishedVersion(
                snapshot,
                latestId,
                latestDescription,
                revisionId,
                lastModifiedMillis,
                policy,
                provisioned,
                runtimeManagement,
                changed);
    }

    /// Where it is between being published and being ready: by an update or a creation, it is made with its function.
    FunctionState state(FunctionRecord function) {
        if (!function.versionId().equals(latestId)) {
            return FunctionState.READY;
        }
        return switch (function.state()) {
            case CREATING, UPDATING -> FunctionState.CREATING;
            case CREATE_FAILED, UPDATE_FAILED -> FunctionState.CREATE_FAILED;
            case READY -> FunctionState.READY;
        };
    }

    /// How it is shown: as its function would be if it were what was published.
    FunctionRecord shownAs(FunctionRecord function) {
        return function.with(its -> {
            its.settings = snapshot.settings();
            its.code = snapshot.code();
            its.revisionId = revisionId;
            its.lastModifiedMillis = lastModifiedMillis;
            its.state = state(function);
            its.serving = Optional.of(snapshot);
            its.policy = policy;
            its.runtimeManagement = runtimeManagement;
        });
    }
}
