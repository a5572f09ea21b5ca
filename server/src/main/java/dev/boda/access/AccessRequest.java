package dev.boda.access;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Somebody's wish to do something, before it is done: what AWS's policies decide about. Every call is one or several,
/// those that Boda makes by itself included.
///
/// @param account    in whose name it is asked: a function's own, whatever account its role's ARN names; empty for a
/// service
/// @param action     `lambda:InvokeFunction`
/// @param resource   an ARN, or `*`
/// @param conditions the condition keys that are known, with their values; put together only when somebody reads them
public record AccessRequest(
        Principal principal,
        String account,
        String action,
        String resource,
        Supplier<Map<String, List<String>>> conditions) {

    /// Of somebody in his own account.
    public AccessRequest(
            Principal principal, String action, String resource, Supplier<Map<String, List<String>>> conditions) {
        this(principal, principal.account(), action, resource, conditions);
    }
}
