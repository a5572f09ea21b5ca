package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.aws.ServiceException;
import dev.boda.function.FunctionUrl.AuthType;
import dev.boda.function.FunctionUrl.InvokeMode;
import dev.boda.function.FunctionUrls.Wish;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which rules for web pages function URLs may have.
final class CorsRulesTest {

    /// Rules that let every web page in.
    static final CorsRules EVERYBODY = new CorsRules(
            Optional.of(true),
            Optional.of(List.of("X-Custom")),
            Optional.of(List.of("*")),
            Optional.of(List.of("*")),
            Optional.empty(),
            Optional.of(60));

    @Test
    void rulesForWebPagesAreChecked() {
        var nothing = new CorsRules(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertThat(wish(nothing).cors()).isEmpty();
        assertThat(wish(EVERYBODY).cors()).contains(EVERYBODY);
        for (var origins : List.of(Optional.<List<String>>empty(), Optional.of(List.<String>of()))) {
            assertRefused(
                    () -> wish(rules(List.of("GET"), origins)),
                    "InvalidParameterValueException",
                    "You can't leave AllowOrigins as empty when Cors is enabled.");
        }
        var origins = Optional.of(List.of("https://a.example"));
        assertRefused(
                () -> wish(rules(List.of("GET", "*"), origins)),
                "InvalidParameterValueException",
                "You can't specify additional fields for AllowMethods because you already specified the wildcard"
                        + " character (*).");
        assertRefused(
                () -> wish(rules(List.of("GET", "TRACE"), origins)),
                "InvalidParameterValueException",
                "You can't specify TRACE for AllowMethods. You can use GET, PUT, POST, DELETE, HEAD, PATCH, and the"
                        + " wildcard character (*).");
        var all = rules(List.of("GET", "PUT", "HEAD", "POST", "PATCH", "DELETE"), origins);
        assertThat(wish(all).cors()).contains(all);
    }

    /// Each would break the header that it is sent in.
    @ParameterizedTest
    @ValueSource(strings = {"\u65e5\u672c", "x-\u0001", "a\r\nb", "\u007f", "\u00e9"})
    void whatNoHeaderCanHoldIsRefused(String text) {
        var items = Optional.of(List.of("x-a", text));
        Optional<List<String>> none = Optional.empty();
        for (var rules : List.of(
                new CorsRules(Optional.empty(), items, none, EVERYBODY.allowOrigins(), none, Optional.empty()),
                new CorsRules(Optional.empty(), none, none, items, none, Optional.empty()),
                new CorsRules(Optional.empty(), none, none, EVERYBODY.allowOrigins(), items, Optional.empty()))) {
            assertRefused(
                    () -> wish(rules),
                    "InvalidParameterValueException",
                    "The lists of Cors may hold printable ASCII characters only.");
        }
    }

    private static Wish wish(CorsRules rules) {
        return new Wish(AuthType.NONE, InvokeMode.BUFFERED, Optional.of(rules));
    }

    private static CorsRules rules(List<String> methods, Optional<List<String>> origins) {
        return new CorsRules(
                Optional.of(false),
                Optional.empty(),
                Optional.of(methods),
                origins,
                Optional.empty(),
                Optional.empty());
    }

    static void assertRefused(Callable<?> call, String code, String sentence) {
        assertThatThrownBy(call::call)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code))
                .hasMessage(sentence);
    }
}
