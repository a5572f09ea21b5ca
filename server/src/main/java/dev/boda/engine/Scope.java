package dev.boda.engine;

import dev.boda.function.FunctionName;

/// What concurrent invocations are counted in.
public sealed interface Scope {

    /// All functions of an account in a region that have no concurrency reserved.
    record Account(String account, String region) implements Scope {}

    /// All invocations of one function, of whatever version: limited where concurrency is reserved for it.
    record Function(FunctionName name) implements Scope {}

    /// The invocations of a version that use what is provisioned for it.
    record Provisioned(String versionId) implements Scope {}

    /// The other invocations of a scope of which some concurrency is provisioned.
    ///
    /// @param of a function or an account
    record OnDemand(Scope of) implements Scope {}

    /// Why an invocation is throttled that this scope has no slot for.
    default ThrottledException.Reason noSlot() {
        return switch (this) {
            case Account _, Provisioned _ -> ThrottledException.Reason.CONCURRENT_INVOCATION_LIMIT_EXCEEDED;
            case OnDemand(var of) -> of.noSlot();
            case Function _ -> ThrottledException.Reason.RESERVED_FUNCTION_CONCURRENT_INVOCATION_LIMIT_EXCEEDED;
        };
    }

    /// Why an invocation is throttled that comes too soon after the others in this scope.
    default ThrottledException.Reason tooSoon() {
        return switch (this) {
            case Account _, Provisioned _ -> ThrottledException.Reason.FUNCTION_INVOCATION_RATE_LIMIT_EXCEEDED;
            case OnDemand(var of) -> of.tooSoon();
            case Function _ -> ThrottledException.Reason.RESERVED_FUNCTION_INVOCATION_RATE_LIMIT_EXCEEDED;
        };
    }
}
