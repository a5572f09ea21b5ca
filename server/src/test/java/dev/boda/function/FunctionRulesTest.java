package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.boda.aws.ServiceException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FunctionRulesTest {

    private static final FunctionSettings GOOD =
            CatalogOverStore.SETTINGS.with(its -> its.environment = Optional.empty());

    private static FunctionSettings with(int timeout, int memory) {
        return GOOD.with(its -> {
            its.timeoutSeconds = timeout;
            its.memoryMegabytes = memory;
        });
    }

    private static FunctionSettings with(String runtime, String handler) {
        return GOOD.with(its -> {
            its.runtime = runtime;
            its.handler = handler;
        });
    }

    private static FunctionSettings with(Map<String, String> environment) {
        return GOOD.with(its -> its.environment = Optional.of(environment));
    }

    private static ServiceException refusal(FunctionSettings settings) {
        return catchThrowableOfType(ServiceException.class, () -> FunctionRules.check(settings));
    }

    @Test
    void theLargestOfEverythingIsAccepted() {
        assertThatCode(() -> FunctionRules.check(with(900, 10_240))).doesNotThrowAnyException();
        assertThatCode(() -> FunctionRules.checkName(name(64))).doesNotThrowAnyException();
        assertThatCode(() -> FunctionRules.checkZipped(52_428_800)).doesNotThrowAnyException();
        assertThatCode(() -> FunctionRules.checkPayload(6_291_456)).doesNotThrowAnyException();
        assertThatCode(() -> FunctionRules.check(with(Map.of("LARGE_VAR", "x".repeat(4_080)))))
                .doesNotThrowAnyException();
    }

    @Test
    void aTimeoutOfMoreThanAQuarterOfAnHourIsRefused() {
        assertThat(refusal(with(901, 128)))
                .hasMessage("1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint:"
                        + " Member must have value less than or equal to 900")
                .satisfies(e -> assertThat(e.code()).isEqualTo("ValidationException"));
    }

    @Test
    void moreMemoryThanTenGigabytesIsRefused() {
        assertThat(refusal(with(3, 10_241)))
                .hasMessage("'MemorySize' value failed to satisfy constraint:"
                        + " Member must have value less than or equal to 10240")
                .satisfies(e -> assertThat(e.code()).isEqualTo("ValidationException"));
    }

    private static FunctionName name(int length) {
        return new FunctionName("111111111111", "us-east-1", "a".repeat(length));
    }

    @Test
    void aNameLongerThan64IsRefused() {
        var refusal = catchThrowableOfType(ServiceException.class, () -> FunctionRules.checkName(name(65)));
        assertThat(refusal)
                .hasMessage("1 validation error detected: Value '" + "a".repeat(65) + "' at 'functionName' failed to"
                        + " satisfy constraint: Member must have length less than or equal to 64");
        assertThat(refusal.code()).isEqualTo("InvalidParameterValueException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"non-existent-runtime", "PYTHON3.9"})
    void anUnknownRuntimeIsAnsweredWithThoseThatThereAre(String runtime) {
        assertThat(refusal(with(runtime, "h")))
                .hasMessage("Value " + runtime + " at 'runtime' failed to satisfy constraint: Member must satisfy enum"
                        + " value set: [nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x,"
                        + " nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8,"
                        + " python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x,"
                        + " provided.al2, java8.al2] or be a valid ARN")
                .satisfies(e -> assertThat(e.code()).isEqualTo("InvalidParameterValueException"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"python3.7", "nodejs14.x", "go1.x", "java8"})
    void aRuntimeThatAwsHasRetiredIsRefusedInOtherWords(String runtime) {
        assertThat(refusal(with(runtime, "h")))
                .hasMessage("The runtime parameter of " + runtime + " is no longer supported for creating or updating"
                        + " AWS Lambda functions. We recommend you use a supported runtime while creating or updating"
                        + " functions.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"python3.8", "nodejs18.x", "nodejs16.x", "dotnet6"})
    void aDeprecatedRuntimeStaysCreatable(String runtime) {
        assertThatCode(() -> FunctionRules.check(with(runtime, "h"))).doesNotThrowAnyException();
    }

    @Test
    void aZipNeedsRuntimeAndHandler() {
        var sentence = "Runtime and Handler are mandatory parameters for functions created with deployment packages.";
        assertThat(refusal(with("", "h"))).hasMessage(sentence);
        assertThat(refusal(with("python3.12", ""))).hasMessage(sentence);
    }

    @Test
    void reservedVariablesAreRefusedByName() {
        assertThat(refusal(with(Map.of("AWS_REGION", "x", "LAMBDA_TASK_ROOT", "y", "MINE", "z"))))
                .hasMessage("Lambda was unable to configure your environment variables because the environment"
                        + " variables you have provided contains reserved keys that are currently not supported for"
                        + " modification. Reserved keys used in this request: AWS_REGION, LAMBDA_TASK_ROOT")
                .satisfies(e -> assertThat(e.members()).containsEntry("Type", "User"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LANG", "TZ", "PATH", "PYTHONPATH", "NODE_PATH", "LD_LIBRARY_PATH"})
    void variablesThatTheRuntimeOnlyDefaultsMayBeSet(String name) {
        assertThatCode(() -> FunctionRules.check(with(Map.of(name, "x")))).doesNotThrowAnyException();
    }

    @Test
    void moreThanFourKilobytesOfVariablesAreRefusedAndShown() {
        var value = "x".repeat(4_081);
        assertThat(refusal(with(Map.of("LARGE_VAR", value))))
                .hasMessage("Lambda was unable to configure your environment variables because the environment"
                        + " variables you have provided exceeded the 4KB limit. String measured: {\"LARGE_VAR\":\""
                        + value + "\"}");
    }

    @Test
    void variablesAreMeasuredInBytes() {
        assertThat(refusal(with(Map.of("LARGE_VAR", "ü".repeat(2_041))))).isNotNull();
    }

    @Test
    void aZipOfMoreThanFiftyMegabytesIsRefused() {
        var refusal = catchThrowableOfType(ServiceException.class, () -> FunctionRules.checkZipped(52_428_801));
        assertThat(refusal).hasMessage("Zipped size must be smaller than 52428800 bytes");
        assertThat(refusal.code()).isEqualTo("RequestEntityTooLargeException");
        assertThat(refusal.status()).isEqualTo(413);
        assertThat(refusal.members()).isEmpty();
    }

    @Test
    void aPayloadOfMoreThanSixMegabytesIsRefused() {
        var refusal = catchThrowableOfType(ServiceException.class, () -> FunctionRules.checkPayload(6_291_457));
        assertThat(refusal).hasMessage("Request must be smaller than 6291456 bytes for the InvokeFunction operation");
        assertThat(refusal.code()).isEqualTo("RequestEntityTooLargeException");
        assertThat(refusal.status()).isEqualTo(413);
    }
}
