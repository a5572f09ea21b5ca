package dev.boda.function;

import dev.boda.aws.Arn;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/// One version of a layer. Only its policy ever changes.
///
/// @param digest           SHA-256 of its package, 64 hexadecimal digits
/// @param sizeBytes        of the package as it was uploaded
/// @param policy           which other accounts may use it
/// @param policyRevisionId changes with the policy; empty while there is none
public record LayerVersion(
        LayerName layer,
        long number,
        LayerDescription description,
        String digest,
        long sizeBytes,
        long createdMillis,
        ResourcePolicy policy,
        Optional<String> policyRevisionId) {

    private static final String AWS = "AWS";

    public String arn() {
        return layer.arn(number);
    }

    /// The digest as AWS shows it: `CodeSha256`.
    public String sha256Base64() {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(digest));
    }

    /// Whether an account may use it: its own, and those that its policy names. Which account belongs to which
    /// organization is not known here, so that a permission for one permits nobody.
    public boolean permits(String account) {
        return layer.account().equals(account)
                || policy.statements().stream().anyMatch(statement -> permits(statement, account));
    }

    private boolean permits(ResourcePolicy.Statement statement, String account) {
        var named = statement.principal().get(AWS);
        return statement.condition().isEmpty() && (named == null || named.equals(rootOf(account)));
    }

    /// The ARN by which a policy names an account.
    String rootOf(String account) {
        return "arn:" + Arn.partitionOf(layer.region()) + ":iam::" + account + ":root";
    }

    LayerVersion with(ResourcePolicy changed, String revisionId) {
        return new LayerVersion(
                layer,
                number,
                description,
                digest,
                sizeBytes,
                createdMillis,
                changed,
                changed.none() ? Optional.empty() : Optional.of(revisionId));
    }
}
