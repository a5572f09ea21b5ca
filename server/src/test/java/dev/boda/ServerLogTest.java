package dev.boda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Instant;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.json.JsonMapper;

/// The lines of the server's own log.
final class ServerLogTest {

    private static LoggingEvent event(String message, @Nullable Throwable failure) {
        var logger = new LoggerContext().getLogger("dev.boda.aws.Requests");
        var event = new LoggingEvent("here", logger, Level.INFO, message, failure, null);
        event.setInstant(Instant.parse("2026-11-21T13:00:00.007Z"));
        return event;
    }

    private static String text(LoggingEvent event) {
        return new String(new TextLines().encode(event), UTF_8);
    }

    @Test
    void theHttpServersLinesAreHeldToTheLevelToo() {
        var context = new LoggerContext();
        System.setProperty(ServerLog.LEVEL, "error");
        try {
            new ServerLog().configure(context);
            assertThat(context.getLogger("io.netty").getEffectiveLevel()).isEqualTo(Level.ERROR);
        } finally {
            System.clearProperty(ServerLog.LEVEL);
            context.stop();
        }
    }

    /// Its I/O threads would wait for locks that are held by virtual threads which they carry.
    @Test
    void theHttpServersLinesAreWrittenByOtherThreads() throws Exception {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        try {
            new ServerLog().configure(context);
            var lines = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender("stderr");
            var writers = new LinkedBlockingQueue<Thread>();
            lines.addFilter(new Filter<>() {
                @Override
                public FilterReply decide(ILoggingEvent event) {
                    writers.add(Thread.currentThread());
                    return FilterReply.NEUTRAL;
                }
            });
            context.getLogger("io.netty.channel").warn("Something is wrong");
            assertThat(writers.poll(10, TimeUnit.SECONDS)).isNotNull().isNotSameAs(Thread.currentThread());
            context.getLogger("dev.boda").warn("And here");
            assertThat(writers.poll(10, TimeUnit.SECONDS)).isSameAs(Thread.currentThread());
            assertThat(writers).isEmpty();
        } finally {
            context.stop();
        }
    }

    @Test
    void factsStandBeforeTheMessage() {
        var event = event("Function not found", null);
        event.addKeyValuePair(new KeyValuePair("status", 404));
        event.addKeyValuePair(new KeyValuePair("key", ""));
        assertThat(text(event))
                .isEqualTo("2026-11-21T13:00:00.007Z INFO  Requests: status=404 key=\"\" Function not found\n");
    }

    @Test
    void nothingOfAClientBeginsALineOrPassesForAFact() {
        var event = event("no\r\n2026-11-21T13:00:00.000Z ERROR x\u0085\u2028\u202e\u001b[2J", null);
        event.addKeyValuePair(new KeyValuePair("path", "/x y\" status=200\n"));
        assertThat(text(event))
                .isEqualTo("2026-11-21T13:00:00.007Z INFO  Requests: path=\"/x y\\\" status=200?\""
                        + " no??2026-11-21T13:00:00.000Z ERROR x????[2J\n");
    }

    @Test
    void everyLineOfAStackIsIndented() {
        var failure = new IllegalStateException("evil\n2026-11-21T13:00:00.000Z ERROR forged\rx");
        var lines = text(event("broken", failure)).lines().toList();
        assertThat(lines.getFirst()).endsWith("Requests: broken");
        assertThat(lines.subList(1, lines.size())).isNotEmpty().allMatch(line -> line.startsWith("    "));
    }

    @Test
    void noTextOfAClientMakesALineEndlessOrUnreadable() {
        var event = event("half \ud83d" + "x".repeat(1_000_000), new IllegalStateException("half \ude00"));
        event.addKeyValuePair(new KeyValuePair("path", "/half\ud83d"));
        var json = JsonMapper.shared().readTree(new JsonLines().encode(event));
        assertThat(json.path("message").asString()).startsWith("half ?x").hasSizeLessThan(10_000);
        assertThat(json.path("path").asString()).isEqualTo("/half?");
        assertThat(json.path("stack").asString()).contains("half ?");
        assertThat(text(event).lines().findFirst().orElse(""))
                .contains("path=\"/half?\" half ?x")
                .hasSizeLessThan(10_000);
    }

    @Test
    void jsonIsOneObjectALineWithTheFactsAsMembers() {
        var event = event("a\nb", new IllegalStateException("why"));
        event.addKeyValuePair(new KeyValuePair("status", 404));
        event.addKeyValuePair(new KeyValuePair("durationMillis", 0.7));
        event.addKeyValuePair(new KeyValuePair("account", "000000000000"));
        var line = new String(new JsonLines().encode(event), UTF_8);
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        var json = JsonMapper.shared().readTree(line);
        assertThat(json.path("time").asString()).isEqualTo("2026-11-21T13:00:00.007Z");
        assertThat(json.path("message").asString()).isEqualTo("a\nb");
        assertThat(json.path("status").asInt()).isEqualTo(404);
        assertThat(json.path("durationMillis").asDouble()).isEqualTo(0.7);
        assertThat(json.path("account").asString()).isEqualTo("000000000000");
        assertThat(json.path("stack").asString()).contains("IllegalStateException: why");
    }
}
