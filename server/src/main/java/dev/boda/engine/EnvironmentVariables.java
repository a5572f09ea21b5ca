package dev.boda.engine;

import dev.boda.access.Credentials;
import dev.boda.function.FunctionVersion;
import dev.boda.function.LoggingSettings;
import dev.boda.runtime.Runtime;
import java.util.HashMap;
import java.util.Map;

/// The environment variables of a function's processes.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
///
/// Three layers, each over the one before: AWS's defaults and what the runtime brings, which a function may replace;
/// the function's own; AWS's reserved ones, which it cannot. `_X_AMZN_TRACE_ID` changes with every invocation: the
/// runtime client sets it.
public final class EnvironmentVariables {

    static final String TASK_ROOT = "/var/task";
    static final String LAYERS_ROOT = "/opt";
    static final String INITIALIZATION_TYPE = "AWS_LAMBDA_INITIALIZATION_TYPE";
    private static final String RUNTIME_DIR = "/var/runtime";

    /// A sandbox with a network of its own takes what tracers send there, and drops it.
    private static final String XRAY_DAEMON_HOST = "169.254.79.129";

    private static final String XRAY_DAEMON_PORT = "2000";

    private EnvironmentVariables() {}

    /// What an environment must find.
    ///
    /// @param runtimeApi `host:port`
    /// @param server     the URL of Boda's AWS APIs
    public record Addresses(String runtimeApi, String server, String logGroup, String logStream) {}

    /// All variables of an environment; nothing else is inherited.
    public static Map<String, String> of(
            FunctionVersion version, Runtime runtime, Credentials credentials, Addresses addresses) {
        var variables = new HashMap<>(replaceable(addresses));
        variables.putAll(runtime.environment());
        variables.putAll(version.environment());
        variables.putAll(reserved(version, addresses));
        if (!runtime.isOsOnly()) {
            variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + version.runtime());
        }
        variables.putAll(logging(version.settings().logging()));
        variables.put("AWS_ACCESS_KEY_ID", credentials.accessKeyId());
        variables.put("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey());
        variables.put("AWS_SESSION_TOKEN", credentials.sessionToken());
        return Map.copyOf(variables);
    }

    private static Map<String, String> replaceable(Addresses addresses) {
        return Map.ofEntries(
                Map.entry("LANG", "en_US.UTF-8"),
                Map.entry("TZ", ":UTC"),
                Map.entry("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
                Map.entry(
                        "LD_LIBRARY_PATH",
                        "/lib64:/usr/lib64:" + RUNTIME_DIR + ":" + RUNTIME_DIR + "/lib:" + TASK_ROOT + ":" + TASK_ROOT
                                + "/lib:/opt/lib"),
                Map.entry("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
                Map.entry("AWS_XRAY_DAEMON_ADDRESS", XRAY_DAEMON_HOST + ":" + XRAY_DAEMON_PORT),
                Map.entry("AWS_ENDPOINT_URL", addresses.server()));
    }

    /// Runtime clients write text unless they are told otherwise.
    private static Map<String, String> logging(LoggingSettings logging) {
        return logging.applicationLevel()
                .map(level -> Map.of("AWS_LAMBDA_LOG_FORMAT", logging.format(), "AWS_LAMBDA_LOG_LEVEL", level))
                .orElse(Map.of());
    }

    private static Map<String, String> reserved(FunctionVersion version, Addresses addresses) {
        return Map.ofEntries(
                Map.entry("_HANDLER", version.handler()),
                Map.entry("AWS_DEFAULT_REGION", version.region()),
                Map.entry("AWS_REGION", version.region()),
                Map.entry("AWS_LAMBDA_FUNCTION_NAME", version.name()),
                Map.entry("AWS_LAMBDA_FUNCTION_VERSION", version.version()),
                Map.entry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", String.valueOf(version.memoryMegabytes())),
                Map.entry(INITIALIZATION_TYPE, InitializationType.ON_DEMAND.wire()),
                Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", addresses.logGroup()),
                Map.entry("AWS_LAMBDA_LOG_STREAM_NAME", addresses.logStream()),
                Map.entry("AWS_LAMBDA_RUNTIME_API", addresses.runtimeApi()),
                Map.entry("LAMBDA_TASK_ROOT", TASK_ROOT),
                Map.entry("LAMBDA_RUNTIME_DIR", RUNTIME_DIR),
                Map.entry("_AWS_XRAY_DAEMON_ADDRESS", XRAY_DAEMON_HOST),
                Map.entry("_AWS_XRAY_DAEMON_PORT", XRAY_DAEMON_PORT));
    }
}
