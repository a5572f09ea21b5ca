package dev.boda.function;

import dev.boda.aws.Arn;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Who may have signed the code of functions, and what happens to code that nobody of them has.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html>
///
/// @param id                 `csc-` and 17 of `a-z0-9`
/// @param publishers         ARNs of the allowed signing profiles
/// @param untrusted          `Warn` or `Enforce`
/// @param lastModifiedMillis when it was made or changed last
public record CodeSigningConfig(
        String account,
        String region,
        String id,
        String description,
        List<String> publishers,
        String untrusted,
        long lastModifiedMillis,
        Map<String, String> tags) {

    /// Code that is not signed as it must be is refused.
    public static final String ENFORCE = "Enforce";

    /// Such code is accepted, and said to be such. AWS's default.
    public static final String WARN = "Warn";

    public CodeSigningConfig {
        publishers = List.copyOf(publishers);
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    }

    public String arn() {
        return Arn.of("lambda", region, account, "code-signing-config:" + id).toString();
    }

    /// The same with other tags; that does not count as a modification.
    public CodeSigningConfig withTags(Map<String, String> newTags) {
        return new CodeSigningConfig(
                account, region, id, description, publishers, untrusted, lastModifiedMillis, newTags);
    }
}
