package dev.boda.telemetry.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
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
                .isInstanceOf(InvalidPatternException.class)
                .hasMessage(sentence);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%AUTHORIZED%              ¦ [ERROR 401] UNAUTHORIZED REQUEST ¦ true",
                "%[Ee]rror¦[Ff]ail%        ¦ it Failed                       ¦ true",
                "%^[hc]at%                 ¦ the hat                         ¦ false",
                "%^[hc]at%                 ¦ cat and hat                     ¦ true",
                "%[hc]at$%                 ¦ the hat                         ¦ true",
                "%colou?r%                 ¦ the color                       ¦ true",
                "%^a{3,5}$%                ¦ aa                              ¦ false",
                "%^a{3,5}$%                ¦ aaaa                            ¦ true",
                "%10\\.10\\.0\\.\\d{1,3}%  ¦ at 10.10.0.17                   ¦ true",
                "%\\x41%                   ¦ A                               ¦ true",
                "ERROR %\\d{3}%            ¦ [ERROR 401] x                   ¦ true",
                "-%\\d{3}%                 ¦ [ERROR 401] x                   ¦ false",
            })
    void regularExpressionsMatchAsOnAws(String line) throws Exception {
        check(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ $.eventType = \"UpdateTrail\" }                               ¦ true",
                "{ $.eventType = UpdateTrail }                                   ¦ true",
                "{ $.eventType != UpdateTrail }                                  ¦ false",
                "{ $.eventType = \"Update*\" }                                   ¦ true",
                "{ $.eventType = *Trail }                                        ¦ true",
                "{ $.eventType = \"Up*Trail\" }                                  ¦ false",
                "{ $.eventType = %^Update[A-Z]% }                                ¦ true",
                "{ $.sourceIPAddress != 123.123.* }                              ¦ true",
                "{ $.arrayKey[0] = \"value\" }                                   ¦ true",
                "{ $.objectList[1].id = 2 }                                      ¦ true",
                "{ $.objectList[*].id = 2 }                                      ¦ true",
                "{ $.objectList[*].id = 3 }                                      ¦ false",
                "{ $.*.id = 7 }                                                  ¦ true",
                "{ $.['odd name'] = 1 }                                          ¦ true",
                "{ $.SomeObject IS NULL }                                        ¦ true",
                "{ $.ThisFlag IS NULL }                                          ¦ false",
                "{ $.SomeOtherObject NOT EXISTS }                                ¦ true",
                "{ $.SomeObject NOT EXISTS }                                     ¦ false",
                "{ $.SomeObject EXISTS }                                         ¦ true",
                "{ $.ThisFlag IS TRUE }                                          ¦ true",
                "{ $.ThisFlag IS FALSE }                                         ¦ false",
                "{ $.latency = * }                                               ¦ true",
                "{ $.nothing = * }                                               ¦ false",
                "{ $.nothing != 1 }                                              ¦ false",
                "{ $.arrayKey != 1 }                                             ¦ false",
                "{ $.latency >= 1.5e3 }                                          ¦ true",
                "{ $.latency > 15e+2 }                                           ¦ false",
                "{ $.latency < +1500.5 && $.latency<=1500 }                      ¦ true",
                "{ $.latency = 1500.0 }                                          ¦ true",
                "{ $.account = 123456789012345678 }                              ¦ true",
                "{ $.account = 123456789012345679 }                              ¦ false",
                "{ ($.latency = 1) && ($.ThisFlag IS TRUE) || $.latency = 1500 } ¦ true",
                "{ $.latency = 1 && ($.ThisFlag IS TRUE || $.latency = 1500) }   ¦ false",
                "{$.latency=1||$.eventType=UpdateTrail}                          ¦ true",
            })
    void jsonPatternsMatchAsOnAws(String line) throws Exception {
        String[] parts = line.split("¦", -1);
        String event = """
                {"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"],
                "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "inner": {"id": 7}, "odd name": 1,
                "SomeObject": null, "ThisFlag": true, "latency": 1500, "account": 123456789012345678}
                """;

        assertThat(FilterPattern.parse(parts[0]).matches(event))
                .isEqualTo(parts[1].strip().equals("true"));
        assertThat(FilterPattern.parse(parts[0]).matches("no JSON " + event)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[ip, id, user, timestamp, request, status, bytes]                      ¦ true",
                "[ip, id, user, timestamp, request, status]                             ¦ false",
                "[ip, id, user, timestamp, request, status, bytes, more]                ¦ false",
                "[ip, ..., status, bytes]                                               ¦ true",
                "[..., status = 4*, bytes]                                              ¦ true",
                "[..., status = 5*, bytes]                                              ¦ false",
                "[ip, user, ...]                                                        ¦ true",
                "[a, b, c, d, e, f, g, h, ...]                                          ¦ false",
                "[ip, id, user, timestamp, request, status, bytes > 1000]               ¦ true",
                "[ip, id, user, timestamp, request, status, bytes > 1.6e3]              ¦ false",
                "[ip = 127.0.0.*, id, user, timestamp, request = *html*, status = 4*,]  ¦ true",
                "[,,user = frank,,,,]                                                   ¦ true",
                "[..., request = \"GET /index.html HTTP/1.0\", status, bytes]           ¦ true",
                "[..., timestamp = *2000*, request, status != 403 && status = 4*, size] ¦ true",
                "[..., status = 403 || status = 404, bytes]                             ¦ true",
                "[ip, ..., status, bytes > 1000 && status = 404]                        ¦ true",
                "[..., (status = 403 || status = 404) && status != 404, bytes]          ¦ false",
                "[ip = %127\\.\\d%, ...]                                                ¦ true",
            })
    void fieldsBetweenSpacesMatchAsOnAws(String line) throws Exception {
        String[] parts = line.split("¦", -1);
        String event = "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 404 1534\n";

        assertThat(FilterPattern.parse(parts[0]).matches(event))
                .isEqualTo(parts[1].strip().equals("true"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ $.a }",
                "{ $.a = }",
                "{ a = 1 }",
                "{ $.a = 1 && }",
                "{ ($.a = 1 }",
                "{ $.a = 1) }",
                "{ $.a IS }",
                "{ $.a > x }",
                "{ $.a NOT NULL }",
                "{ $ = 1 }",
                "{ $.a = @b }",
                "{ $.*.*.b = 1 }",
                "{ $.*=1 && $.*=1 && $.*=1 && $.*=1 }",
                "[a, ..., b, ...]",
                "[a = ]",
                "[a b]",
                "[(a = 1]",
                "[a > b]",
                "%(a)%",
                "%a!%",
                "%a**%",
                "%[b-a]%",
                "%[a%",
                "%a{2,1}%",
                "%a{x}%",
                "%ü%",
                "%\\q%",
                "%%",
                "%a",
                "%a% %b% %c%",
                "%a{1000}a%",
            })
    void whatIsNoPatternIsRefused(String pattern) {
        assertThatThrownBy(() -> FilterPattern.parse(pattern)).isInstanceOf(InvalidPatternException.class);
    }

    /// Whatever is written as a pattern is parsed or refused; whatever it then meets is matched or not.
    @Test
    void noTextBreaksIt() {
        var random = new Random(4);
        String letters = "{}[]()$.=!<>&|%\"\\*+?^-, aIS1\n";
        int parsed = 0;
        for (int i = 0; i < 20_000; i++) {
            String open = List.of("", "{ $.a", "[a", "%").get(random.nextInt(4));
            String close = open.isEmpty() ? "" : List.of("", " }", "]", "%").get("{[%".indexOf(open.charAt(0)) + 1);
            try {
                FilterPattern pattern = FilterPattern.parse(open + text(random, letters) + close);
                parsed++;
                pattern.matches(text(random, letters));
                pattern.matches("{\"a\": 1}");
            } catch (InvalidPatternException _) {
                // The other right answer.
            }
        }
        assertThat(parsed).isGreaterThan(1_000);
    }

    private static String text(Random random, String letters) {
        var text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    private static void check(String line) throws InvalidPatternException {
        String[] parts = line.split("¦", -1);
        int last = parts.length - 1;
        String pattern = String.join("|", List.of(parts).subList(0, last - 1)).strip();
        assertThat(FilterPattern.parse(pattern).matches(parts[last - 1].strip()))
                .isEqualTo(parts[last].strip().equals("true"));
    }
}
