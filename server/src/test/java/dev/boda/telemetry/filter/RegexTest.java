package dev.boda.telemetry.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class RegexTest {

    /// Java's own expressions are the measure: the language is a part of theirs.
    @Test
    void findsWhatJavasOwnExpressionsFind() throws Exception {
        var random = new Random(17);
        int found = 0;
        for (int i = 0; i < 20_000; i++) {
            String expression = expression(random);
            var ours = Regex.parse(expression);
            var theirs = Pattern.compile(expression, Pattern.DOTALL);
            for (int j = 0; j < 5; j++) {
                String text = text(random);
                boolean expected = theirs.matcher(text).find();
                found += expected ? 1 : 0;
                assertThat(ours.isIn(text)).as("'%s' in '%s'", expression, text).isEqualTo(expected);
            }
        }
        assertThat(found).isBetween(20_000, 90_000);
    }

    @Test
    void noMoreStatesAreKeptThanAFewHoweverManyATextMeets() throws Exception {
        var regex = Regex.parse("a" + ".".repeat(20) + "c");
        var random = new Random(5);
        var text = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            text.append(random.nextBoolean() ? 'a' : 'b');
        }
        assertThat(regex.isIn(text.toString())).isFalse();
        assertThat(regex.isIn(text.substring(1_000))).isFalse();

        var kept = new HashSet<Regex.State>();
        var open = new ArrayDeque<>(List.of(regex.start));
        while (!open.isEmpty()) {
            for (var next : open.remove().next) {
                if (next != null && kept.add(next)) {
                    open.add(next);
                }
            }
        }
        assertThat(kept).hasSizeLessThan(3_000);
    }

    private static String expression(Random random) {
        var expression = new StringBuilder();
        for (int alternatives = 1 + random.nextInt(2); alternatives > 0; alternatives--) {
            expression.append(random.nextInt(4) == 0 ? "^" : "");
            for (int atoms = 1 + random.nextInt(4); atoms > 0; atoms--) {
                expression.append(one(random, "a", "b", ".", "[ab]", "[^a]", "\\d", "\\w", "\\.", "[a-c1]", "\\x62"));
                expression.append(one(random, "", "", "", "?", "*", "+", "{2}", "{1,3}", "{2,}", "{0,1}"));
            }
            expression.append(random.nextInt(4) == 0 ? "$" : "");
            expression.append(alternatives > 1 ? "|" : "");
        }
        return expression.toString();
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(9); i > 0; i--) {
            text.append(one(random, "a", "b", "c", "1", ".", "ü"));
        }
        return text.append(random.nextInt(3) == 0 ? "\n" : "").toString();
    }

    private static String one(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /// A backtracking matcher would need longer than there is time.
    @Test
    void takesTimeByTheLengthOfTheTextAlone() throws Exception {
        var worst = Regex.parse("a*".repeat(300) + "b");
        var wide = Regex.parse("a.{400}b");
        String text = "a".repeat(1_000_000);

        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertThat(worst.isIn(text)).isFalse();
            assertThat(wide.isIn(text)).isFalse();
        });
    }
}
