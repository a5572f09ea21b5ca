package dev.boda.api.reset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange;
import dev.boda.http.FakeExchange.Answered;
import dev.boda.store.StoreUnavailableException;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ResetTest {

    private final AtomicInteger resets = new AtomicInteger();
    private final Reset reset = new Reset(false, () -> Map.of("functions", resets.incrementAndGet()));

    private static Answered send(Reset reset, String method, String path) throws Exception {
        var exchange = new FakeExchange(method, path);
        reset.handle(exchange);
        return exchange.answered();
    }

    @Test
    void itSaysWhatWasRemoved() throws Exception {
        var answer = send(reset, "POST", "/_boda/reset");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"functions\":1}");
    }

    @Test
    void nothingButAPostOfThatPathResets() throws Exception {
        assertThat(send(reset, "GET", "/_boda/reset").status()).isEqualTo(405);
        assertThat(send(reset, "POST", "/_boda/reset/all").status()).isEqualTo(404);
        assertThat(send(reset, "POST", "/_boda/resetting").status()).isEqualTo(404);
        assertThat(resets).hasValue(0);
    }

    @Test
    void whereCredentialsAreRequiredItIsRefused() throws Exception {
        var forbidden = new Reset(true, () -> Map.of("functions", resets.incrementAndGet()));
        var answer = send(forbidden, "POST", "/_boda/reset");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().get("message").asString()).contains("--require-credentials");
        assertThat(resets).hasValue(0);
    }

    @Test
    void aStoreThatCannotBeEmptiedIsSaid() throws Exception {
        var broken = new Reset(false, () -> {
            throw new StoreUnavailableException("The disk is gone.");
        });
        var answer = send(broken, "POST", "/_boda/reset");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).contains("Not everything could be removed. The disk is gone.");
    }

    @Test
    void oneIsDoneAtATime() throws Exception {
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var start = new CountDownLatch(1);
        var answers = new ArrayList<Future<Answered>>();
        var slow = new Reset(false, () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            running.decrementAndGet();
            return Map.of();
        });
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                answers.add(callers.submit(() -> {
                    start.await();
                    return send(slow, "POST", "/_boda/reset");
                }));
            }
            start.countDown();
        }
        for (var answer : answers) {
            assertThat(answer.get().status()).isEqualTo(200);
        }
        assertThat(most).hasValue(1);
    }
}
