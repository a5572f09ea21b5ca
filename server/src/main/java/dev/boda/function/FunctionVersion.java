package dev.boda.function;

import java.util.Map;

/// One version of a function as it runs: an immutable snapshot of code and configuration. An execution environment
/// belongs to exactly one. Changing `$LATEST` makes a new snapshot with another [#id()].
///
/// @param id                 identifies the snapshot, whatever its version is called; a UUIDv7
/// @param account            12 digits
/// @param name               the function's name, without account, region and qualifier
/// @param version            `$LATEST` or a number
/// @param runtime            AWS's id, `python3.12`
/// @param codeDigest         SHA-256 of the code package, 64 hexadecimal digits
/// @param architecture       `x86_64` or `arm64`
/// @param environment        the user's variables
public record FunctionVersion(
        String id,
        String account,
        String region,
        String name,
        String version,
        String runtime,
        String handler,
        String role,
        String codeDigest,
        String architecture,
        int timeoutSeconds,
        int memoryMegabytes,
        int temporaryMegabytes,
        Map<String, String> environment) {

    /// The version every function has, and the only one that changes.
    public static final String LATEST = "$LATEST";

    public FunctionVersion {
        environment = Map.copyOf(environment);
    }

    /// The function it is a version of.
    public FunctionName function() {
        return new FunctionName(account, region, name);
    }

    /// The function's ARN without a qualifier.
    public String functionArn() {
        return function().arn();
    }

    /// Names the release of its runtime.
    public String runtimeVersionArn() {
        return RuntimeVersionArn.of(region, runtime, architecture);
    }

    /// The log group its output goes to.
    public String logGroup() {
        return "/aws/lambda/" + name;
    }
}
