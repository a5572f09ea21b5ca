package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.ACCOUNT;
import static dev.boda.api.lambda.LambdaUnderTest.ARN;
import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.Refusals.assertInvalid;
import static dev.boda.api.lambda.Refusals.assertMalformed;
import static dev.boda.api.lambda.Refusals.assertNotFound;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange.Answered;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reserved concurrency as AWS's API has it.
final class FunctionConcurrencyTest {

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
        lambda.createReady("hello");
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private Answered put(String name, Object executions) {
        return lambda.put(writing(name), Map.of("ReservedConcurrentExecutions", executions));
    }

    private Answered get(String name) {
        return lambda.get("/2019-09-30/functions/" + name + "/concurrency");
    }

    private static String writing(String name) {
        return "/2017-10-31/functions/" + name + "/concurrency";
    }

    private int unreserved() {
        var limit = lambda.get("/2016-08-19/account-settings").json().get("AccountLimit");
        assertThat(limit.get("ConcurrentExecutions").asInt()).isEqualTo(1_000);
        return limit.get("UnreservedConcurrentExecutions").asInt();
    }

    @Test
    void itIsPutReadAndDeleted() {
        assertThat(get("hello").text()).isEqualTo("{}");
        assertThat(lambda.get(FUNCTIONS + "hello").json().has("Concurrency")).isFalse();

        var put = put("hello", 3);
        assertThat(put.status()).isEqualTo(200);
        assertThat(put.text()).isEqualTo("{\"ReservedConcurrentExecutions\":3}");
        assertThat(get("hello").text()).isEqualTo("{\"ReservedConcurrentExecutions\":3}");
        assertThat(lambda.get(FUNCTIONS + "hello").json().get("Concurrency").toString())
                .isEqualTo("{\"ReservedConcurrentExecutions\":3}");
        assertThat(unreserved()).isEqualTo(997);

        assertThat(put("hello", 0).text()).isEqualTo("{\"ReservedConcurrentExecutions\":0}");
        assertThat(get("hello").text()).isEqualTo("{\"ReservedConcurrentExecutions\":0}");

        var deleted = lambda.delete(writing("hello"));
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(deleted.text()).isEmpty();
        assertThat(get("hello").text()).isEqualTo("{}");
        assertThat(lambda.delete(writing("hello")).status()).isEqualTo(204);
        assertThat(unreserved()).isEqualTo(1_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", ACCOUNT + ":function:hello", "function:hello", ARN + "hello"})
    void aFunctionIsNamedInEveryWay(String name) {
        assertThat(put(name, 2).status()).isEqualTo(200);
        assertThat(get(name).text()).isEqualTo("{\"ReservedConcurrentExecutions\":2}");
        assertThat(lambda.delete(writing(name)).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello:$LATEST", "hello:1", ARN + "hello:live"})
    void aVersionOrAliasHasNone(String name) {
        var sentence = "This operation is permitted on Lambda functions only. Aliases and versions do not support this"
                + " operation. Please specify either a function name or an unqualified function ARN.";
        assertInvalid(put(name, 2), sentence);
        assertInvalid(get(name), sentence);
        assertInvalid(lambda.delete(writing(name)), sentence);
    }

    @Test
    void aFunctionThatIsNotThereHasNone() {
        assertNotFound(put("other", 2), ARN + "other");
        assertNotFound(get("other"), ARN + "other");
        assertNotFound(lambda.delete(writing("other")), ARN + "other");
    }

    @Test
    void aNumberThatIsNoneIsRefused() {
        assertMalformed(
                put("hello", -1),
                "reservedConcurrentExecutions",
                "-1",
                "Member must have value greater than or equal to 0");
        var missing = lambda.put(writing("hello"), Map.of());
        assertThat(missing.status()).isEqualTo(400);
        assertThat(missing.text()).contains("reservedConcurrentExecutions", "Member must not be null");
        assertThat(put("hello", "two").status()).isEqualTo(400);
        assertThat(get("hello").text()).isEqualTo("{}");
    }

    @Test
    void whatWouldLeaveTheOthersTooLittleIsRefused() {
        var answer = put("hello", 901);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("InvalidParameterValueException");
        assertThat(answer.text())
                .isEqualTo("{\"message\":\"Specified ReservedConcurrentExecutions for function decreases account's"
                        + " UnreservedConcurrentExecution below its minimum value of [100].\"}");
        assertThat(put("hello", 900).status()).isEqualTo(200);
        assertThat(unreserved()).isEqualTo(100);
    }

    @Test
    void anUpdateOfTheConfigurationKeepsIt() {
        put("hello", 2);
        assertThat(lambda.put(FUNCTIONS + "hello/configuration", Map.of("Timeout", 9))
                        .status())
                .isEqualTo(200);
        lambda.settle();
        assertThat(get("hello").text()).isEqualTo("{\"ReservedConcurrentExecutions\":2}");
    }
}
