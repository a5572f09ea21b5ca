package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.boda.LoggedLines;
import dev.boda.http.FakeExchange;
import dev.boda.http.MalformedBodyException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RequestLogTest {

    @RegisterExtension
    private final LoggedLines lines = LoggedLines.of("requests");

    private final RequestLog log = new RequestLog();

    private static ServedRequest request(String path) {
        return new ServedRequest(new FakeExchange("GET", path), "8b1a1a0e-0000-4000-8000-000000000001");
    }

    private static ServedRequest getFunction(String accessKeyId) {
        var request = request("/2015-03-31/functions/f");
        request.by(new Caller("123456789012", "us-east-1", accessKeyId));
        request.toService("lambda");
        request.toOperation("GetFunction");
        return request;
    }

    private ILoggingEvent line() {
        assertThat(lines.all()).hasSize(1);
        return lines.all().getFirst();
    }

    private List<String> facts() {
        return line().getKeyValuePairs().stream()
                .map(pair -> pair.key + "=" + pair.value)
                .toList();
    }

    @Test
    void anAnsweredRequestIsCountedAndLeavesNoLine() {
        log.answered(getFunction("test"), 200);
        log.answered(getFunction("test"), 200);
        assertThat(lines.all()).isEmpty();
        var reading = log.read().getFirst();
        assertThat(reading.service()).isEqualTo("lambda");
        assertThat(reading.operation()).isEqualTo("GetFunction");
        assertThat(reading.byStatus()).containsOnlyKeys(200).containsEntry(200, 2L);
        assertThat(reading.durations().count()).isEqualTo(2);
    }

    @Test
    void aRefusedRequestIsOneLineThatTellsWhoWhatAndWhy() {
        var request = getFunction("AKIDEXAMPLE");
        request.refused(new ServiceException("ResourceNotFoundException", 404, "Function not found: f"));
        log.answered(request, 404);
        assertThat(line().getLevel()).isEqualTo(Level.INFO);
        assertThat(line().getFormattedMessage()).isEqualTo("Function not found: f");
        assertThat(facts())
                .contains(
                        "status=404",
                        "code=ResourceNotFoundException",
                        "service=lambda",
                        "operation=GetFunction",
                        "requestId=8b1a1a0e-0000-4000-8000-000000000001",
                        "accessKeyId=AKIDEXAMPLE",
                        "sourceIp=127.0.0.1");
        assertThat(line().getThrowableProxy()).isNull();
    }

    @Test
    void aSentenceThatRepeatsWhatTheClientSentIsCut() {
        var request = getFunction("test");
        request.refused(new ServiceException("ValidationException", 400, "Value '" + "x".repeat(1_000_000) + "' at"));
        log.answered(request, 400);
        assertThat(line().getFormattedMessage()).startsWith("Value 'xxx").hasSizeLessThan(2_100);
    }

    @Test
    void whatBreaksIsAnErrorWithItsStackAndItsCauses() {
        var request = getFunction("test");
        request.broke(new IllegalStateException("The table is gone", new IOException("No space left on device")));
        log.answered(request, 500);
        assertThat(line().getLevel()).isEqualTo(Level.ERROR);
        assertThat(line().getFormattedMessage()).isEqualTo("The table is gone; because: No space left on device");
        assertThat(facts()).contains("status=500", "code=InternalFailure");
        assertThat(line().getThrowableProxy()).isNotNull();
    }

    @Test
    void whatIsNotBuiltIsNoFaultOfTheServer() {
        var request = getFunction("test");
        request.refused(Refusals.notImplemented("lambda", "GetFunction"));
        log.answered(request, 501);
        assertThat(line().getLevel()).isEqualTo(Level.INFO);
    }

    @Test
    void ofAnUnknownOperationThePathIsSaid() {
        var request = request("/no/such");
        request.refused(new ServiceException("UnknownOperationException", 404, "No service here has it"));
        log.answered(request, 404);
        assertThat(facts()).contains("service=unknown", "operation=unknown", "method=GET", "path=/no/such");
    }

    @Test
    void clientsThatGoOrSendNonsenseAreCountedAndSaid() {
        var malformed = request("/");
        log.spoilt(malformed, new MalformedBodyException(new IllegalArgumentException("bad chunk")));
        assertThat(facts()).contains("status=400", "code=MalformedBody");
        assertThat(line().getThrowableProxy()).isNull();
        log.spoilt(request("/"), new java.nio.channels.ClosedChannelException());
        assertThat(List.copyOf(log.read().getFirst().byStatus().keySet())).containsExactly(400, 499);
    }
}
