package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RequestLimitTest {

    private final List<FakeExchange.Answered> meanwhile = new ArrayList<>();
    private final RequestLimit limit = new RequestLimit(1, this::serve, new RequestLog(), UUID::randomUUID);

    /// While the first one is served, others come.
    private void serve(HttpExchange exchange) throws Exception {
        if (exchange.rawPath().equals("/first")) {
            meanwhile.add(ask("/second"));
            meanwhile.add(ask("/_boda/health"));
        }
        exchange.respond(200, HttpHeaders.EMPTY, new byte[0]);
    }

    private FakeExchange.Answered ask(String path) throws Exception {
        var exchange = new FakeExchange("GET", path);
        limit.handle(exchange);
        return exchange.answered();
    }

    @Test
    void oneRequestMoreIsRefusedInAShapeThatSdksTryAgainAndHealthIsNot() throws Exception {
        assertThat(ask("/first").status()).isEqualTo(200);
        var second = meanwhile.getFirst();
        assertThat(second.status()).isEqualTo(503);
        assertThat(second.header("x-amzn-ErrorType")).isEqualTo("ServiceUnavailable");
        assertThat(second.header("x-amzn-RequestId")).hasSize(36);
        assertThat(meanwhile.getLast().status()).isEqualTo(200);
        assertThat(ask("/third").status()).isEqualTo(200);
    }

    @Test
    void whatIsBriefBehindItIsBrief() {
        var brief = new HttpHandler() {
            @Override
            public void handle(HttpExchange exchange) {}

            @Override
            public boolean isBrief(HttpExchange request) {
                return request.rawPath().equals("/brief");
            }
        };
        var before = new RequestLimit(1, brief, new RequestLog(), UUID::randomUUID);
        assertThat(before.isBrief(new FakeExchange("GET", "/brief"))).isTrue();
        assertThat(before.isBrief(new FakeExchange("GET", "/other"))).isFalse();
    }

    /// Function URLs, of which no path is Boda's own.
    @Test
    void whatSharesThePlacesCountsWithTheOthersWhateverItsPath() throws Exception {
        var shared = limit.sharedWith(exchange -> {
            meanwhile.add(ask("/second"));
            exchange.respond(200, HttpHeaders.EMPTY, new byte[0]);
        });
        var first = new FakeExchange("GET", "/_boda/url/x/");
        shared.handle(first);
        assertThat(first.answered().status()).isEqualTo(200);
        assertThat(meanwhile.getFirst().status()).isEqualTo(503);
    }
}
