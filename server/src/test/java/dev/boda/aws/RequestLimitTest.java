package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestLimitTest {

    private static FakeExchange.Answered ask(HttpHandler handler, String path) throws Exception {
        var exchange = new FakeExchange("GET", path);
        handler.handle(exchange);
        return exchange.answered();
    }

    @Test
    void oneRequestMoreIsRefusedInAShapeThatSdksTryAgainAndHealthIsNot() throws Exception {
        var during = new AtomicReference<FakeExchange.@Nullable Answered>();
        var health = new AtomicReference<FakeExchange.@Nullable Answered>();
        var limit = new AtomicReference<@Nullable HttpHandler>();
        HttpHandler behind = exchange -> {
            if (exchange.rawPath().equals("/first")) {
                during.set(ask(limit.get(), "/second"));
                health.set(ask(limit.get(), "/_boda/health"));
            }
            exchange.respond(200, HttpHeaders.EMPTY, new byte[0]);
        };
        limit.set(new RequestLimit(1, UUID::randomUUID, behind));

        assertThat(ask(limit.get(), "/first").status()).isEqualTo(200);
        assertThat(during.get().status()).isEqualTo(503);
        assertThat(during.get().header("x-amzn-ErrorType")).isEqualTo("ServiceUnavailable");
        assertThat(during.get().header("x-amzn-RequestId")).hasSize(36);
        assertThat(health.get().status()).isEqualTo(200);
        assertThat(ask(limit.get(), "/third").status()).isEqualTo(200);
    }
}
