package dev.boda.function;

import dev.boda.aws.Arn;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/// The second sieve: the service's own rules, which AWS's models do not tell. They allow a timeout of a day, 32 GB of
/// memory and names of 140 characters; Lambda does not.
///
/// The limits are those of <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>, unless a rule
/// names another source.
public final class FunctionRules {

    /// Longest function name, without account, region and qualifier.
    public static final int NAME_CHARACTERS = 64;

    public static final int TIMEOUT_SECONDS = 900;
    public static final int MEMORY_MEGABYTES = 10_240;

    /// All environment variables together, as JSON.
    public static final int ENVIRONMENT_BYTES = 4_096;

    /// Largest code package that a request may carry.
    public static final long ZIPPED_BYTES = 50L << 20;

    /// Largest unpacked code.
    public static final long UNZIPPED_BYTES = 250L << 20;

    /// Largest payload of a synchronous invocation.
    public static final int PAYLOAD_BYTES = 6 << 20;

    /// Largest answer of a synchronous invocation: a little more than a request may have, as AWS's error says
    /// (recorded).
    public static final int RESPONSE_BYTES = PAYLOAD_BYTES + 100;

    /// Largest event of an asynchronous invocation.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    public static final int ASYNC_PAYLOAD_BYTES = 1 << 20;

    /// Largest event of an InvokeAsync, which AWS keeps for its old clients.
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html>
    public static final int LEGACY_PAYLOAD_BYTES = 256 << 10;

    /// Largest answer that a function streams.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    public static final int STREAMED_BYTES = 200 << 20;

    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
    private static final Set<String> RESERVED_VARIABLES = Set.of(
            "_HANDLER",
            "_X_AMZN_TRACE_ID",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            "AWS_EXECUTION_ENV",
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "AWS_LAMBDA_RUNTIME_API",
            "AWS_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "LAMBDA_TASK_ROOT",
            "LAMBDA_RUNTIME_DIR");

    /// <https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-runtimes>
    private static final Set<String> SNAP_START = Set.of(
            "java11",
            "java11.al2023",
            "java17",
            "java17.al2023",
            "java21",
            "java25",
            "python3.12",
            "python3.13",
            "python3.14",
            "dotnet8",
            "dotnet10");

    private static final JsonMapper JSON = new JsonMapper();

    private FunctionRules() {}

    /// Refuses a name for a new function.
    public static void checkName(FunctionName function) {
        if (function.name().length() > NAME_CHARACTERS) {
            throw LambdaErrors.invalidParameter("1 validation error detected: Value '" + function.name()
                    + "' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to "
                    + NAME_CHARACTERS);
        }
    }

    /// Refuses settings that Lambda does not accept, of a new function or a changed one.
    public static void check(FunctionSettings settings) {
        checkTimeout(settings.timeoutSeconds());
        checkMemory(settings.memoryMegabytes());
        if (settings.runtime().isEmpty() || settings.handler().isEmpty()) {
            throw LambdaErrors.runtimeOrHandlerMissing();
        }
        RuntimeIds.check(settings.runtime());
        checkRole(settings.role());
        settings.environment().ifPresent(FunctionRules::checkEnvironment);
        var unenforced = settings.unenforced();
        if (unenforced.subnetIds().isEmpty() != unenforced.securityGroupIds().isEmpty()) {
            throw LambdaErrors.invalidParameter("SubnetIds and SecurityIds must coexist or be both empty list.");
        }
        if (unenforced.snapStart() && !SNAP_START.contains(settings.runtime())) {
            throw LambdaErrors.invalidParameter(
                    settings.runtime() + " is not supported for SnapStart enabled functions.");
        }
    }

    /// The model lets an ARN without a partition pass, `arn::iam::123456789012:role/r`, which names no role. What
    /// AWS says of just that is not known; the sentence is that of a role that is not there, quoted in
    /// <https://github.com/jarpy/lambkin/pull/3>.
    private static void checkRole(String role) {
        if (Arn.parse(role).isEmpty()) {
            throw LambdaErrors.invalidParameter("The role defined for the function cannot be assumed by Lambda.");
        }
    }

    /// Quoted in <https://github.com/covidatlas/li/pull/575>.
    private static void checkTimeout(int seconds) {
        if (seconds > TIMEOUT_SECONDS) {
            throw LambdaErrors.validation("1 validation error detected: Value '" + seconds
                    + "' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to "
                    + TIMEOUT_SECONDS);
        }
    }

    /// Quoted, with an account's lower limit, in <https://github.com/ubc-cirrus-lab/parrotfish/issues/38>.
    private static void checkMemory(int megabytes) {
        if (megabytes > MEMORY_MEGABYTES) {
            throw LambdaErrors.validation(
                    "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to "
                            + MEMORY_MEGABYTES);
        }
    }

    private static void checkEnvironment(Map<String, String> variables) {
        var reserved = variables.keySet().stream()
                .filter(RESERVED_VARIABLES::contains)
                .sorted()
                .toList();
        if (!reserved.isEmpty()) {
            throw LambdaErrors.reservedVariables(reserved);
        }
        var measured = JSON.writeValueAsString(variables);
        if (measured.getBytes(StandardCharsets.UTF_8).length > ENVIRONMENT_BYTES) {
            throw LambdaErrors.variablesTooLarge(measured);
        }
    }

    /// Refuses a code package that is too large to come in a request.
    public static void checkZipped(long bytes) {
        if (bytes > ZIPPED_BYTES) {
            throw LambdaErrors.zippedTooLarge(ZIPPED_BYTES);
        }
    }

    /// Refuses an event that is too large.
    public static void checkEvent(long bytes, int limitBytes) {
        if (bytes > limitBytes) {
            throw LambdaErrors.eventTooLarge(bytes, limitBytes);
        }
    }

    /// Refuses a payload that is too large for a synchronous invocation.
    public static void checkPayload(long bytes) {
        if (bytes > PAYLOAD_BYTES) {
            throw LambdaErrors.payloadTooLarge(PAYLOAD_BYTES);
        }
    }
}
