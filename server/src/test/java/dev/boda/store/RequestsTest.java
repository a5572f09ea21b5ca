package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.store.Requests.Request;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RequestsTest {

    private static Request<Integer> request() {
        return new Request<>(_ -> 1, new CompletableFuture<>());
    }

    @Test
    void aCallerWaitsForRoom() throws Exception {
        var requests = new Requests(1);
        assertThat(requests.offer(request())).isTrue();
        var offered = new CompletableFuture<Boolean>();
        Thread caller = Thread.ofPlatform().start(() -> offered.complete(requests.offer(request())));
        while (caller.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(offered).isNotDone();

        assertThat(requests.take(5)).hasSize(1);
        assertThat(offered.get()).isTrue();
        assertThat(requests.take(5)).hasSize(1);
    }

    @Test
    void afterClosingNothingIsAcceptedAndTheRestIsTaken() {
        var requests = new Requests(5);
        requests.offer(request());
        requests.offer(request());
        requests.close();

        assertThat(requests.offer(request())).isFalse();
        assertThat(requests.take(1)).hasSize(1);
        assertThat(requests.take(5)).hasSize(1);
        assertThat(requests.take(5)).isEmpty();
    }
}
