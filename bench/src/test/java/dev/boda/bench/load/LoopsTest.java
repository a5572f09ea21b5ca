package dev.boda.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LoopsTest {

    private static final long STALL = 300_000_000;
    private static final int RIGHT_BYTES = 2;

    private static Load load(LoopbackServer server, int callers, Duration time) {
        var request = new Request("GET", "/", java.util.List.of(), new byte[0]);
        return new Load(
                server.target(), () -> new UnsignedRequests(request, server.target()), callers, time, RIGHT_BYTES);
    }

    /// 100 calls, one every 4 ms; the 20th answer takes 300 ms, in which 75 others should have begun.
    @Test
    void anOpenLoopCountsFromTheIntendedStartHoweverLateACallIsSent() throws Exception {
        try (var server = new LoopbackServer(20, STALL)) {
            var schedule =
                    Schedule.of(LongStream.range(0, 100).map(i -> i * 4_000_000).toArray());
            var result = OpenLoop.run(load(server, 1, Duration.ZERO), schedule);
            assertThat(server.requests()).isEqualTo(100);
            assertThat(result.calls()).isEqualTo(100);
            assertThat(result.errors()).isZero();
            long late = result.latency().getCountBetweenValues(10_000_000, 10 * STALL);
            // One of them was slow; those behind it waited, each 4 ms less than the one before.
            // On a busy machine others are late too.
            assertThat(late).isGreaterThanOrEqualTo(60);
            assertThat(result.latency().getMaxValue()).isGreaterThanOrEqualTo(STALL);
        }
    }

    @Test
    void anOpenLoopHasOtherCallersCallWhileOneWaits() throws Exception {
        try (var server = new LoopbackServer(20, STALL)) {
            var schedule =
                    Schedule.of(LongStream.range(0, 100).map(i -> i * 4_000_000).toArray());
            var result = OpenLoop.run(load(server, 8, Duration.ZERO), schedule);
            assertThat(result.latency().getTotalCount()).isEqualTo(100);
            // With one caller half of them would wait for a third of that.
            assertThat(result.latency().getCountBetweenValues(STALL / 3, 10 * STALL))
                    .isBetween(1L, 30L);
            assertThat(result.lateness().getTotalCount()).isPositive();
        }
    }

    @Test
    void aClosedLoopAddsTheCallsThatWereNotMadeWhileOneWaited() throws Exception {
        try (var server = new LoopbackServer(50, STALL)) {
            var result = ClosedLoop.run(load(server, 1, Duration.ofMillis(600)));
            assertThat(result.calls()).isEqualTo(server.requests());
            assertThat(result.latency().getTotalCount()).isGreaterThan(result.calls());
            // Half of the time nobody was answered: as seen from outside, half of the calls waited.
            long waited = result.latency().getCountBetweenValues(STALL / 10, 10 * STALL);
            assertThat((double) waited / result.latency().getTotalCount()).isBetween(0.1, 0.9);
        }
    }

    @Test
    void severalCallersShareAThreadAndAllOfThemCall() throws Exception {
        try (var server = new LoopbackServer(-1, 0)) {
            var result = ClosedLoop.run(load(server, 16, Duration.ofMillis(200)));
            assertThat(result.errors()).isZero();
            assertThat(result.calls()).isEqualTo(server.requests()).isGreaterThan(16);
            assertThat(result.callsPerSecond()).isPositive();
        }
    }

    @Test
    void anAnswerOfAnotherLengthIsAnError() throws Exception {
        try (var server = new LoopbackServer(-1, 0, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")) {
            var result = ClosedLoop.run(load(server, 1, Duration.ofMillis(50)));
            assertThat(result.calls()).isZero();
            assertThat(result.errors()).isEqualTo(server.requests());
        }
    }

    @Test
    void anErrorOfTheFunctionIsAnError() throws Exception {
        var failed = "HTTP/1.1 200 OK\r\nX-Amz-Function-Error: Unhandled\r\nContent-Length: 2\r\n\r\n{}";
        try (var server = new LoopbackServer(-1, 0, failed)) {
            var result = ClosedLoop.run(load(server, 2, Duration.ofMillis(50)));
            assertThat(result.calls()).isZero();
            assertThat(result.errors()).isEqualTo(server.requests());
        }
    }

    @Test
    void everySignedRequestHasItsOwnSignatureAndId() throws IOException {
        try (var server = new LoopbackServer(-1, 0);
                var client = new Client(server.target(), new Signer("test", "test", "us-east-1", "lambda"))) {
            var request = Request.invoke("f", new byte[0]);
            assertThat(client.ask(request).text()).isEqualTo("{}");
            assertThat(client.ask(request).succeeded()).isTrue();
            assertThat(server.heads())
                    .hasSize(2)
                    .doesNotHaveDuplicates()
                    .allSatisfy(head -> assertThat(head)
                            .startsWith("POST /2015-03-31/functions/f/invocations HTTP/1.1\r\n")
                            .contains("\r\nAuthorization: AWS4-HMAC-SHA256 Credential=test/")
                            .contains("SignedHeaders=host;x-amz-date, Signature=")
                            .contains("\r\nContent-Length: 0\r\n"));
        }
    }

    @Test
    void callersOfStreamsPauseBetweenTheEndOfAnAnswerAndTheNextCall() throws Exception {
        try (var server =
                new LoopbackServer(0, 0, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n")) {
            var time = Duration.ofMillis(300);
            var result =
                    StreamLoop.run(load(server, 2, time), Duration.ofMillis(50).toNanos());
            assertThat(result.whole().getTotalCount())
                    .isEqualTo(server.requests())
                    .isBetween(2L, 12L);
            assertThat(result.bytes()).isEqualTo(2L * server.requests());
            assertThat(result.errors()).isZero();
            assertThat(result.nanos()).isGreaterThanOrEqualTo(time.toNanos());
            assertThat(result.firstByte().getMaxValue())
                    .isLessThanOrEqualTo(result.whole().getMaxValue());
        }
    }

    @Test
    void aStreamOfTheWrongLengthIsAnError() throws Exception {
        try (var server =
                new LoopbackServer(0, 0, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n")) {
            var result = StreamLoop.run(load(server, 1, Duration.ZERO), 0);
            assertThat(result.errors()).isEqualTo(1);
            assertThat(result.whole().getTotalCount()).isZero();
        }
    }
}
