package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class PageTest {

    @Test
    void aTokenGivesItsPositionBackToItsOwnListingOnly() {
        var token = PageToken.encode("ListFunctions", "hällo");

        assertThat(PageToken.decode("ListFunctions", token)).contains("hällo");
        assertThat(PageToken.decode("ListAliases", token)).isEmpty();
    }

    @Test
    void anAlteredTokenIsNone() {
        var token = PageToken.encode("ListFunctions", "hello");
        var altered = token.substring(0, token.length() - 1) + (token.endsWith("A") ? "B" : "A");

        assertThat(PageToken.decode("ListFunctions", altered)).isEmpty();
        assertThat(PageToken.decode("ListFunctions", "")).isEmpty();
        assertThat(PageToken.decode("ListFunctions", "not a token!")).isEmpty();
        assertThat(PageToken.decode("ListFunctions", "AAAA")).isEmpty();
    }

    @Test
    void onlyAPageWithMoreBehindItHasAToken() {
        var full = Page.of(List.of("a", "b", "c"), 2, "ListFunctions", Function.identity());
        var last = Page.of(List.of("c", "d"), 2, "ListFunctions", Function.identity());

        assertThat(full.items()).containsExactly("a", "b");
        assertThat(full.nextToken()).isNotNull();
        assertThat(PageToken.decode("ListFunctions", String.valueOf(full.nextToken())))
                .contains("b");
        assertThat(last).isEqualTo(new Page<>(List.of("c", "d"), null));
    }
}
