package dev.boda.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MessagePairTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String NO_ROOM = "Connection timed out";

    @Test
    void aReaderThatDoesNotReadHoldsNobody() throws Exception {
        try (var pair = MessagePair.open();
                var given = Pipe.open()) {
            assertThat(fill(pair)).isPositive();
            assertTimeoutPreemptively(
                    LIMIT,
                    () -> assertThatThrownBy(() -> pair.send(given.readEnd(), SHORT))
                            .hasMessage("sendmsg of a descriptor: " + NO_ROOM));
        }
    }

    @Test
    void whoReadsLateGetsAll() throws Exception {
        try (var pair = MessagePair.open()) {
            int fit = fill(pair);
            var reading = Thread.ofPlatform().start(() -> read(pair, fit + 1));
            pair.send(new byte[] {'e'}, LIMIT);
            assertThat(reading.join(LIMIT)).isTrue();
        }
    }

    @Test
    void whatSomebodySentBeforeLeavingUnreadMessagesIsReceived() throws Exception {
        try (var pair = MessagePair.open()) {
            pair.send(new byte[] {'u'}, LIMIT);
            new MessagePair(pair.theirs(), pair.ours()).send(new byte[] {'l'}, LIMIT);
            pair.theirs().close();
            assertThat(pair.receive(LIMIT).bytes().get()).isEqualTo((byte) 'l');
            assertThat(pair.receive(LIMIT).bytes().hasRemaining()).isFalse();
        }
    }

    /// How many messages found room.
    private static int fill(MessagePair pair) {
        int[] fit = {0};
        assertTimeoutPreemptively(
                LIMIT,
                () -> assertThatThrownBy(() -> {
                            while (true) {
                                pair.send(new byte[64], SHORT);
                                fit[0]++;
                            }
                        })
                        .hasMessage("sendmsg of a message: " + NO_ROOM));
        return fit[0];
    }

    private static void read(MessagePair pair, int messages) {
        var other = new MessagePair(pair.theirs(), pair.ours());
        try {
            for (int i = 0; i < messages; i++) {
                assertThat(other.receive(LIMIT).bytes().hasRemaining()).isTrue();
            }
        } catch (OsException failed) {
            throw new AssertionError(failed);
        }
    }
}
