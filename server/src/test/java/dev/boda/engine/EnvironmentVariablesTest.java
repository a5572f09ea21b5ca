package dev.boda.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.access.Credentials;
import dev.boda.function.FunctionSettings;
import dev.boda.function.FunctionVersion;
import dev.boda.function.LoggingSettings;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class EnvironmentVariablesTest {

    private static Map<String, String> of(Map<String, String> own) {
        return of(own, _ -> {});
    }

    private static Map<String, String> of(Map<String, String> own, Consumer<FunctionSettings.Draft> more) {
        var plain = Engine.version();
        var settings = plain.settings().with(its -> {
            its.environment = Optional.of(own);
            more.accept(its);
        });
        var version = new FunctionVersion(plain.id(), plain.function(), plain.version(), settings, plain.code());
        return EnvironmentVariables.of(
                version,
                Engine.runtime("python3.12"),
                new Credentials("ASIA1", "secret", "token", Instant.EPOCH),
                new EnvironmentVariables.Addresses(
                        "127.0.0.1:9001", "http://127.0.0.1:4566", "/aws/lambda/hello", "2026/11/21/[$LATEST]0"));
    }

    @Test
    void allOfAwsVariablesAreThere() {
        assertThat(of(Map.of("STAGE", "prod")))
                .containsEntry("STAGE", "prod")
                .containsEntry("_HANDLER", "app.handler")
                .containsEntry("AWS_DEFAULT_REGION", "us-east-1")
                .containsEntry("AWS_REGION", "us-east-1")
                .containsEntry("AWS_EXECUTION_ENV", "AWS_Lambda_python3.12")
                .containsEntry("AWS_LAMBDA_FUNCTION_NAME", "hello")
                .containsEntry("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
                .containsEntry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
                .containsEntry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
                .containsEntry("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/hello")
                .containsEntry("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/21/[$LATEST]0")
                .containsEntry("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
                .containsEntry("AWS_ACCESS_KEY_ID", "ASIA1")
                .containsEntry("AWS_SECRET_ACCESS_KEY", "secret")
                .containsEntry("AWS_SESSION_TOKEN", "token")
                .containsEntry("LAMBDA_TASK_ROOT", "/var/task")
                .containsEntry("LAMBDA_RUNTIME_DIR", "/var/runtime")
                .containsEntry("LANG", "en_US.UTF-8")
                .containsEntry("TZ", ":UTC")
                .containsEntry("PYTHONPATH", "/var/runtime")
                .containsEntry("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR")
                .containsEntry("AWS_XRAY_DAEMON_ADDRESS", "169.254.79.129:2000")
                .containsEntry("_AWS_XRAY_DAEMON_ADDRESS", "169.254.79.129")
                .containsEntry("_AWS_XRAY_DAEMON_PORT", "2000")
                .containsEntry("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
                .containsKeys("PATH", "LD_LIBRARY_PATH")
                .doesNotContainKey("_X_AMZN_TRACE_ID");
    }

    @Test
    void aFunctionReplacesDefaultsButNothingReserved() {
        assertThat(of(Map.of("LANG", "C", "TZ", "Asia/Tokyo", "AWS_REGION", "mars", "AWS_ACCESS_KEY_ID", "mine")))
                .containsEntry("LANG", "C")
                .containsEntry("TZ", "Asia/Tokyo")
                .containsEntry("AWS_REGION", "us-east-1")
                .containsEntry("AWS_ACCESS_KEY_ID", "ASIA1");
    }

    @Test
    void runtimeClientsAreToldTheFormatOfTheLogAndItsLevel() {
        assertThat(of(Map.of("AWS_LAMBDA_LOG_LEVEL", "ERROR")))
                .containsEntry("AWS_LAMBDA_LOG_LEVEL", "ERROR")
                .doesNotContainKey("AWS_LAMBDA_LOG_FORMAT");
        var logging = LoggingSettings.DEFAULT.changed(
                Optional.of("JSON"), Optional.of("WARN"), Optional.empty(), Optional.empty());
        assertThat(of(Map.of("AWS_LAMBDA_LOG_LEVEL", "ERROR"), its -> its.logging = logging))
                .containsEntry("AWS_LAMBDA_LOG_FORMAT", "JSON")
                .containsEntry("AWS_LAMBDA_LOG_LEVEL", "WARN");
    }
}
