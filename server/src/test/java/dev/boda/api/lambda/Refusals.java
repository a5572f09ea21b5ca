package dev.boda.api.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange.Answered;

/// Says that a request was refused as AWS refuses it.
final class Refusals {

    private Refusals() {}

    /// Of an error that Lambda itself makes.
    static void assertRefused(Answered answer, int status, String code, String sentence) {
        assertThat(answer.text()).contains("\"Type\":\"User\"");
        assertGateRefused(answer, status, code, sentence);
    }

    /// Of an error made before Lambda: without a type.
    static void assertGateRefused(Answered answer, int status, String code, String sentence) {
        var body = answer.json();
        var message = body.has("message") ? body.get("message") : body.get("Message");
        assertThat(message.asString()).isEqualTo(sentence);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo(code);
    }

    static void assertInvalid(Answered answer, String sentence) {
        assertRefused(answer, 400, "InvalidParameterValueException", sentence);
    }

    static void assertNotFound(Answered answer, String arn) {
        assertRefused(answer, 404, "ResourceNotFoundException", "Function not found: " + arn);
    }

    static void assertMalformed(Answered answer, String member, String value, String constraint) {
        assertGateRefused(
                answer,
                400,
                "ValidationException",
                "1 validation error detected: Value '" + value + "' at '" + member + "' failed to satisfy constraint: "
                        + constraint);
        assertThat(answer.json().has("Type")).isFalse();
    }
}
