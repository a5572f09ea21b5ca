package dev.boda.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterPatternTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ERROR                     | [ERROR 400] BAD REQUEST     | true",
                "ERROR                     | [error 400] bad request     | false",
                "ERROR REQUEST             | [ERROR 400] BAD REQUEST     | true",
                "ERROR ARGUMENTS           | [ERROR 400] BAD REQUEST     | false",
                "Exception                 | a NullPointerException here | true",
                "\"BAD REQUEST\"           | [ERROR 400] BAD REQUEST     | true",
                "\"REQUEST BAD\"           | [ERROR 400] BAD REQUEST     | false",
                "\"[ERROR 400]\" BAD       | [ERROR 400] BAD REQUEST     | true",
                "\"say \\\"hi\\\" \\\\\"   | say \"hi\" \\ now            | true",
                "ERROR -REQUEST            | [ERROR 400] BAD REQUEST     | false",
                "ERROR -ARGUMENTS          | [ERROR 400] BAD REQUEST     | true",
                "-\"BAD REQUEST\"          | [ERROR 400] BAD REQUEST     | false",
                "-OTHER                    | [ERROR 400] BAD REQUEST     | true",
                "?WARN ?ERROR              | [ERROR 400] BAD REQUEST     | true",
                "?WARN ?\"INFO\"           | [ERROR 400] BAD REQUEST     | false",
                "?WARN ?INFO REQUEST       | [ERROR 400] BAD REQUEST     | true",
                "?WARN ?INFO -REQUEST      | [ERROR 400] BAD REQUEST     | false",
                "8f5b1f4e-2f5c 3.00        | 8f5b1f4e-2f5c-4b8e 3.00 s   | true",
            })
    void termsMatchAsOnAws(String pattern, String message, boolean matches) throws Exception {
        assertThat(FilterPattern.parse(pattern).matches(message)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\" \""})
    void anEmptyPatternMatchesEveryEvent(String pattern) throws Exception {
        assertThat(FilterPattern.parse(pattern).matches("any thing")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Status: timeout   | Invalid character(s) in term ':'",
                "a (b)             | Invalid character(s) in term '('",
                "?                 | Invalid character(s) in term '?'",
                "a - b             | Invalid character(s) in term '-'",
                "\"\"              | Invalid character(s) in term '\"\"'",
                "\"open            | Invalid character(s) in term '\"'",
                "{$.a = 1          | If a filter pattern starts with '{' it must end with '}'",
            })
    void whatAwsRefusesIsRefusedInItsWords(String pattern, String sentence) {
        assertThatThrownBy(() -> FilterPattern.parse(pattern))
                .isInstanceOfSatisfying(FilterPattern.Refused.class, refused -> {
                    assertThat(refused).hasMessage(sentence);
                    assertThat(refused.unbuilt()).isFalse();
                });
    }

    @Test
    void whatIsNotBuiltIsRefusedByName() {
        assertUnbuilt("{ $.level = \"ERROR\" }", "JSON filter patterns");
        assertUnbuilt("[ip, user, status = 4*]", "Space-delimited filter patterns");
        assertUnbuilt("%ERR[O0]R%", "Regular expressions in filter patterns");
    }

    private static void assertUnbuilt(String pattern, String name) {
        assertThatThrownBy(() -> FilterPattern.parse(pattern))
                .isInstanceOfSatisfying(FilterPattern.Refused.class, refused -> {
                    assertThat(refused).hasMessageStartingWith(name + " ");
                    assertThat(refused.unbuilt()).isTrue();
                });
    }
}
