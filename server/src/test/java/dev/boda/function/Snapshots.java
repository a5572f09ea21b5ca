package dev.boda.function;

import java.util.Map;
import java.util.Optional;

/// Makes snapshots for tests of whatever runs them.
public final class Snapshots {

    private Snapshots() {}

    /// The settings that are not named are those of a function that says nothing of them.
    public static FunctionVersion of(
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
        var settings = FunctionSettings.DEFAULT.with(its -> {
            its.runtime = runtime;
            its.handler = handler;
            its.role = role;
            its.timeoutSeconds = timeoutSeconds;
            its.memoryMegabytes = memoryMegabytes;
            its.temporaryMegabytes = temporaryMegabytes;
            its.environment = Optional.of(environment);
        });
        return new FunctionVersion(
                id,
                new FunctionName(account, region, name),
                version,
                settings,
                new FunctionCode(codeDigest, 0, architecture));
    }
}
