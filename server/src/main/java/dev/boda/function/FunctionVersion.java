package dev.boda.function;

import java.util.Map;

/// One version of a function as it runs: an immutable snapshot of code and configuration. An execution environment
/// belongs to exactly one. Changing `$LATEST` makes a new snapshot with another [#id()].
///
/// @param id      identifies the snapshot, whatever its version is called; a UUIDv7
/// @param version `$LATEST` or a number
public record FunctionVersion(
        String id, FunctionName function, String version, FunctionSettings settings, FunctionCode code) {

    /// The version every function has, and the only one that changes.
    public static final String LATEST = "$LATEST";

    /// The same by another id: an environment of one is none of the other.
    FunctionVersion as(String otherId) {
        return new FunctionVersion(otherId, function, version, settings, code);
    }

    /// 12 digits.
    public String account() {
        return function.account();
    }

    public String region() {
        return function.region();
    }

    /// The function's name, without account, region and qualifier.
    public String name() {
        return function.name();
    }

    /// AWS's id, `python3.12`.
    public String runtime() {
        return settings.runtime();
    }

    public String handler() {
        return settings.handler();
    }

    public String role() {
        return settings.role();
    }

    /// SHA-256 of the code package, 64 hexadecimal digits; none has that of code in a folder.
    public String codeDigest() {
        return code.digest();
    }

    /// `x86_64` or `arm64`
    public String architecture() {
        return code.architecture();
    }

    public int timeoutSeconds() {
        return settings.timeoutSeconds();
    }

    public int memoryMegabytes() {
        return settings.memoryMegabytes();
    }

    /// Size of /tmp.
    public int temporaryMegabytes() {
        return settings.temporaryMegabytes();
    }

    /// The user's variables.
    public Map<String, String> environment() {
        return settings.environment().orElse(Map.of());
    }

    /// The function's ARN without a qualifier.
    public String functionArn() {
        return function.arn();
    }

    /// Names the release of its runtime.
    public String runtimeVersionArn() {
        return RuntimeVersionArn.of(region(), runtime(), architecture());
    }

    /// The log group its output goes to.
    public String logGroup() {
        return settings.logging().logGroup().orElseGet(function::logGroup);
    }
}
