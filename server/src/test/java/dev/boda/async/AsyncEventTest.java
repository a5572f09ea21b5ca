package dev.boda.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

final class AsyncEventTest {

    private static final String REQUEST = "ffffffff-ffff-4abc-8def-0123456789ab";

    private static AsyncEvent received(String requestId, long millis) {
        return new AsyncEvent(requestId, "000000000000", "us-east-1", "hello", "id", null, "", millis, 0, 0, 0);
    }

    private static String id(String requestId, long millis) {
        return received(requestId, millis).queued(new byte[0]).id();
    }

    @Test
    void itsIdInTheQueueIsAUuidOfVersion7WithTheEndOfTheRequests() {
        var id = UUID.fromString(id(REQUEST, 0x0123456789abL));

        assertThat(id).hasToString("01234567-89ab-7abc-8def-0123456789ab");
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
    }

    @Test
    void whatComesLaterStandsBehind() {
        assertThat(id(REQUEST, 1_764_000_000_000L))
                .isLessThan(id("00000000-0000-4000-8000-000000000000", 1_764_000_000_001L));
    }

    @Test
    void twoRequestsOfOneMomentAreTwoEvents() {
        assertThat(id(REQUEST, 1)).isNotEqualTo(id("ffffffff-ffff-4abd-8def-0123456789ab", 1));
    }

    @Test
    void itIsDueAtOnceAndInItsFunctionsLane() {
        var queued = received(REQUEST, 5).queued(new byte[] {1});

        assertThat(queued.due()).isEqualTo(5);
        assertThat(queued.lane()).isEqualTo("000000000000/us-east-1/hello/id");
        assertThat(AsyncEvent.parse(queued.document())).isEqualTo(received(REQUEST, 5));
    }
}
