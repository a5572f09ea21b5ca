package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.boda.aws.Caller;
import dev.boda.aws.ServiceException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FunctionReferenceTest {

    private static final Caller CALLER = new Caller("111111111111", "us-east-1", "AKIA");

    private static FunctionReference parse(String text) {
        return FunctionReference.of(text, Optional.empty(), CALLER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "function:hello",
                "111111111111:hello",
                "111111111111:function:hello",
                "us-east-1:111111111111:function:hello",
                "arn:aws:lambda:us-east-1:111111111111:function:hello"
            })
    void everyFormOfANameMeansTheSameFunction(String text) {
        assertThat(parse(text))
                .isEqualTo(new FunctionReference(
                        new FunctionName("111111111111", "us-east-1", "hello"), Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello:PROD",
                "111111111111:function:hello:PROD",
                "arn:aws:lambda:us-east-1:111111111111:function:hello:PROD"
            })
    void aQualifierMayStandBehindTheName(String text) {
        assertThat(parse(text).qualifier()).contains(new Qualifier("PROD"));
        assertThat(parse(text).arn()).isEqualTo("arn:aws:lambda:us-east-1:111111111111:function:hello:PROD");
    }

    @Test
    void anArnThatEndsEarlyNamesAFunctionCalledFunction() {
        assertThat(parse("arn:aws:lambda:us-east-1:111111111111:function")
                        .function()
                        .name())
                .isEqualTo("function");
    }

    @Test
    void aQualifierGivenTwiceMustBeTheSame() {
        assertThat(FunctionReference.of("hello:$LATEST", Optional.of("$LATEST"), CALLER)
                        .qualifier())
                .contains(Qualifier.LATEST);
        assertThatExceptionOfType(ServiceException.class)
                .isThrownBy(() -> FunctionReference.of("hello:$LATEST", Optional.of("1"), CALLER))
                .withMessage("The derived qualifier from the function name does not match the specified qualifier.")
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("InvalidParameterValueException"));
    }

    @Test
    void functionsOfAnotherRegionAreNotReachable() {
        assertThatExceptionOfType(ServiceException.class)
                .isThrownBy(() -> parse("arn:aws:lambda:ap-southeast-1:111111111111:function:hello"))
                .withMessage("Functions from 'ap-southeast-1' are not reachable in this region ('us-east-1')")
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo("ResourceNotFoundException");
                    assertThat(refusal.status()).isEqualTo(404);
                    assertThat(refusal.members()).containsEntry("Type", "User");
                });
    }

    @Test
    void functionsOfAnotherAccountAreDenied() {
        assertThatExceptionOfType(ServiceException.class)
                .isThrownBy(() -> parse("222222222222:function:hello"))
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo("AccessDeniedException");
                    assertThat(refusal.status()).isEqualTo(403);
                });
    }

    @Test
    void regionsOfOtherPartitionsAreKnown() {
        var caller = new Caller("111111111111", "us-gov-west-1", "AKIA");
        var reference = FunctionReference.of(
                "arn:aws-us-gov:lambda:us-gov-west-1:111111111111:function:hello", Optional.empty(), caller);
        assertThat(reference.arn()).isEqualTo("arn:aws-us-gov:lambda:us-gov-west-1:111111111111:function:hello");
    }

    @Test
    void aQualifierOfDigitsIsAVersionAndDollarLatestInLowerCaseIsNothing() {
        assertThat(new Qualifier("12").isAlias()).isFalse();
        assertThat(new Qualifier("2024-01-02").isAlias()).isTrue();
        assertThat(new Qualifier("$latest").isAlias()).isFalse();
        assertThat(new Qualifier("$latest").isLatest()).isFalse();
    }
}
