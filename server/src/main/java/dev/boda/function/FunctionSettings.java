package dev.boda.function;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a function is configured to: all that UpdateFunctionConfiguration may change.
///
/// @param runtime     AWS's id, `python3.12`
/// @param role        the execution role's ARN
/// @param temporaryMegabytes size of /tmp, `EphemeralStorage`
/// @param environment the user's variables; empty if the function never was given any, which AWS tells apart from
///                    being given none
public record FunctionSettings(
        String runtime,
        String handler,
        String role,
        String description,
        int timeoutSeconds,
        int memoryMegabytes,
        int temporaryMegabytes,
        Optional<Map<String, String>> environment) {

    /// AWS's defaults. <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
    public static final int DEFAULT_TIMEOUT_SECONDS = 3;

    public static final int DEFAULT_MEMORY_MEGABYTES = 128;
    public static final int DEFAULT_TEMPORARY_MEGABYTES = 512;

    public FunctionSettings {
        // Of functions that were stored before it could be chosen.
        temporaryMegabytes = temporaryMegabytes == 0 ? DEFAULT_TEMPORARY_MEGABYTES : temporaryMegabytes;
        environment = environment.map(variables -> Collections.unmodifiableMap(new LinkedHashMap<>(variables)));
    }
}
