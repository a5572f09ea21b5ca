package dev.boda.engine;

/// What concurrent invocations are counted in.
public sealed interface Scope {

    /// All functions of an account in a region that have no concurrency reserved.
    record Account(String account, String region) implements Scope {}

    /// One function's reserved concurrency.
    ///
    /// @param functionArn without a qualifier: all versions share it
    record Reserved(String functionArn) implements Scope {}

    /// Why an invocation is throttled that this scope has no slot for.
    default ThrottledException.Reason reason() {
        return switch (this) {
            case Account _ -> ThrottledException.Reason.CONCURRENT_INVOCATION_LIMIT_EXCEEDED;
            case Reserved _ -> ThrottledException.Reason.RESERVED_FUNCTION_CONCURRENT_INVOCATION_LIMIT_EXCEEDED;
        };
    }
}
