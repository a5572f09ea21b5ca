package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.LambdaUnderTest.function;
import static dev.boda.api.lambda.Refusals.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// LoggingConfig of requests and answers, as AWS was recorded answering.
final class LoggingConfigTest {

    private static final String GROUP = "\"LogGroup\":\"/aws/lambda/hello\"";
    private static final String TEXT_LEVELS = "LogLevel is not supported when LogFormat is set to \"Text\". Remove"
            + " LogLevel from your request or change the LogFormat to \"Json\" and try again.";

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private void assertUpdated(Map<String, String> config, String expected) {
        var answer = lambda.put(FUNCTIONS + "hello/configuration", Map.of("LoggingConfig", config));
        assertThat(answer.json().get("LoggingConfig")).as(answer.text()).isEqualTo(new JsonMapper().readTree(expected));
        lambda.settle();
        assertThat(lambda.get(FUNCTIONS + "hello/configuration").json().get("LoggingConfig"))
                .isEqualTo(answer.json().get("LoggingConfig"));
    }

    private static String json(String application, String system, String group) {
        return "{\"LogFormat\":\"JSON\",\"ApplicationLogLevel\":\"" + application + "\",\"SystemLogLevel\":\"" + system
                + "\"," + group + "}";
    }

    @Test
    void jsonHasLevelsAndTextHasNone() {
        lambda.createReady("hello");
        assertUpdated(Map.of("LogFormat", "JSON"), json("INFO", "INFO", GROUP));
        assertUpdated(Map.of("LogFormat", "Text"), "{\"LogFormat\":\"Text\"," + GROUP + "}");
        assertUpdated(Map.of("LogFormat", "JSON", "ApplicationLogLevel", "DEBUG"), json("DEBUG", "INFO", GROUP));
        assertUpdated(Map.of("SystemLogLevel", "WARN"), json("DEBUG", "WARN", GROUP));
        assertUpdated(Map.of("LogGroup", "cool_lambda"), json("DEBUG", "WARN", "\"LogGroup\":\"cool_lambda\""));
        assertUpdated(Map.of("LogFormat", "Text"), "{\"LogFormat\":\"Text\",\"LogGroup\":\"cool_lambda\"}");
    }

    @Test
    void aFunctionIsCreatedWithIt() throws InterruptedException {
        var created =
                lambda.create(function("hello", "LoggingConfig", Map.of("LogFormat", "JSON", "LogGroup", "/my/group")));
        assertThat(created.json().get("LoggingConfig"))
                .isEqualTo(new JsonMapper().readTree(json("INFO", "INFO", "\"LogGroup\":\"/my/group\"")));
        lambda.settle();
        lambda.invoke("hello", new byte[0]);
        assertThat(lambda.invoked.getFirst().version().logGroup()).isEqualTo("/my/group");
    }

    @Test
    void levelsOfTextAreRefused() {
        assertInvalid(
                lambda.create(function("hello", "LoggingConfig", Map.of("ApplicationLogLevel", "INFO"))), TEXT_LEVELS);
        lambda.createReady("hello");
        for (var config : new Map<?, ?>[] {
            Map.of("SystemLogLevel", "INFO"), Map.of("LogFormat", "Text", "ApplicationLogLevel", "DEBUG")
        }) {
            assertInvalid(lambda.put(FUNCTIONS + "hello/configuration", Map.of("LoggingConfig", config)), TEXT_LEVELS);
        }
    }
}
