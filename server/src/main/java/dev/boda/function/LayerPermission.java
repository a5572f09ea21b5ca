package dev.boda.function;

import java.util.Map;
import java.util.Optional;

/// Lets another account, or several, use a layer version.
///
/// @param principal    an account, its root user's ARN, or `*` for all
/// @param organization an organization's id: of all, those that belong to it
public record LayerPermission(String sid, String action, String principal, Optional<String> organization) {

    /// As it stands in the policy of `version`.
    public ResourcePolicy.Statement statement(LayerVersion version) {
        return new ResourcePolicy.Statement(
                sid,
                action,
                named(version),
                version.arn(),
                organization
                        .map(id -> Map.of("StringEquals", Map.of("aws:PrincipalOrgID", id)))
                        .orElse(Map.of()));
    }

    private Map<String, String> named(LayerVersion version) {
        if (principal.equals("*")) {
            return Map.of();
        }
        return Map.of("AWS", principal.contains(":") ? principal : version.rootOf(principal));
    }
}
