package dev.boda.access;

import dev.boda.aws.Arn;
import java.util.List;
import java.util.Map;

/// The resource-based policies of what Boda has.
@FunctionalInterface
public interface ResourcePolicies {

    /// The statements about a resource; none if it has no policy, or is not there.
    List<Statement> of(Arn resource);

    /// One permission.
    ///
    /// @param action    `lambda:InvokeFunction`, `lambda:*` or `*`
    /// @param principal `{"Service": …}` or `{"AWS": …}`; empty for everybody
    /// @param condition operator → key → value
    record Statement(String action, Map<String, String> principal, Map<String, Map<String, String>> condition) {}
}
