package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.boda.LoggedLines;
import dev.boda.http.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RefusalLogTest {

    private static final UUID ID = UUID.fromString("8b1a1a0e-0000-4000-8000-000000000001");
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    @RegisterExtension
    private final LoggedLines lines = LoggedLines.of("requests");

    private final Queue<Runnable> later = new ArrayDeque<>();
    private final RefusalLog log = new RefusalLog(() -> ID, later::add);

    private void refuse(Refusal.Reason reason, int times) {
        for (int i = 0; i < times; i++) {
            log.refused(new Refusal(reason, CLIENT, "It is wrong"));
        }
    }

    private void tenSecondsPass() {
        assertThat(later).hasSize(1);
        later.remove().run();
    }

    private String lastLine() {
        return lines.all().getLast().getFormattedMessage();
    }

    @Test
    void aRefusalIsOneLineWithTheIdThatItsClientIsTold() {
        var told = log.refused(new Refusal(Refusal.Reason.HEADERS_TOO_LARGE, CLIENT, "It is wrong"));
        assertThat(told.first("x-amzn-RequestId")).contains(ID.toString());
        assertThat(lines.all()).hasSize(1);
        var line = lines.all().getFirst();
        assertThat(line.getLevel()).isEqualTo(Level.INFO);
        assertThat(line.getFormattedMessage()).isEqualTo("It is wrong");
        assertThat(line.getKeyValuePairs().stream().map(pair -> pair.key + "=" + pair.value))
                .containsExactly("status=431", "code=HeadersTooLarge", "requestId=" + ID, "sourceIp=127.0.0.1");
    }

    @Test
    void whoIsClosedWithoutAnAnswerHasNoStatus() {
        refuse(Refusal.Reason.NO_ROOM, 1);
        assertThat(lines.all().getFirst().getKeyValuePairs().getFirst().key).isEqualTo("code");
    }

    @Test
    void whatAClientSentIsCut() {
        log.refused(new Refusal(Refusal.Reason.MALFORMED, CLIENT, "x".repeat(100_000)));
        assertThat(lastLine()).startsWith("xxx").hasSize(201);
    }

    @Test
    void ofAFloodTheFirstHaveALineAndTheOthersOneTogether() {
        refuse(Refusal.Reason.NOT_HTTP, 1_000);
        refuse(Refusal.Reason.SLOW_HEAD, 3);
        assertThat(lines.all()).hasSize(20);
        tenSecondsPass();
        assertThat(lines.all()).hasSize(21);
        assertThat(lastLine()).isEqualTo("983 more clients were turned away within 10 s: NotHttp 980, SlowHead 3");
        assertThat(log.read()).containsEntry("NotHttp", 1_000L).containsEntry("SlowHead", 3L);
    }

    @Test
    void afterAFloodEachHasItsLineAgain() {
        refuse(Refusal.Reason.NOT_HTTP, 30);
        tenSecondsPass();
        refuse(Refusal.Reason.TLS, 1);
        assertThat(lines.all()).hasSize(22);
        assertThat(lastLine()).isEqualTo("It is wrong");
        tenSecondsPass();
        assertThat(lines.all()).hasSize(22);
    }

    @Test
    void everyReasonIsCountedFromZero() {
        assertThat(log.read()).hasSize(Refusal.Reason.values().length).containsEntry("NoRoom", 0L);
    }
}
