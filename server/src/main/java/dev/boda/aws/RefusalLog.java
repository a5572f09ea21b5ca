package dev.boda.aws;

import dev.boda.http.HttpHeaders;
import dev.boda.http.Refusal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts the clients that are turned away before they have made a request, or lose the answer to one, and says of each
/// a line. Whoever sends garbage in masses must not fill the log with it: of those that come within ten seconds the
/// first have a line, and the others one together, which says how many they were.
///
/// ```
/// status=400 code=Tls requestId=8b1a… sourceIp=127.0.0.1 The client speaks TLS, and here is plain HTTP: …
/// 1280 more clients were turned away within 10 s: NotHttp 1200, SlowHead 80
/// ```
public final class RefusalLog {

    private static final Logger LOG = LoggerFactory.getLogger("requests");
    private static final Duration TOGETHER = Duration.ofSeconds(10);
    private static final int LINES = 20;

    /// In characters. A sentence may be what the client sent.
    private static final int LONGEST_SENTENCE = 200;

    private final Supplier<UUID> requestIds;
    private final Executor later;
    // Guarded by this.
    private final Map<Refusal.Reason, Long> counts = new EnumMap<>(Refusal.Reason.class);
    private final Map<Refusal.Reason, Long> leftOut = new EnumMap<>(Refusal.Reason.class);
    private int lines;

    /// @param later runs what it is given after those ten seconds
    RefusalLog(Supplier<UUID> requestIds, Executor later) {
        this.requestIds = requestIds;
        this.later = later;
        for (var reason : Refusal.Reason.values()) {
            counts.put(reason, 0L);
        }
    }

    /// @param requestIds gives each refusal the id that its client is told
    public RefusalLog(Supplier<UUID> requestIds) {
        this(requestIds, CompletableFuture.delayedExecutor(TOGETHER.toSeconds(), TimeUnit.SECONDS));
    }

    /// @return what the client is told
    HttpHeaders refused(Refusal refusal) {
        var id = requestIds.get().toString();
        int line = count(refusal.reason());
        if (line == 1) {
            later.execute(this::sayLeftOut);
        }
        if (line <= LINES) {
            say(refusal, id);
        }
        return HttpHeaders.of("x-amzn-RequestId", id);
    }

    private synchronized int count(Refusal.Reason reason) {
        counts.merge(reason, 1L, Long::sum);
        if (lines == LINES) {
            leftOut.merge(reason, 1L, Long::sum);
            return LINES + 1;
        }
        return ++lines;
    }

    private static void say(Refusal refusal, String id) {
        var address = refusal.client().getAddress();
        int status = refusal.reason().status();
        var event = LOG.atInfo();
        (status == 0 ? event : event.addKeyValue("status", status))
                .addKeyValue("code", code(refusal.reason()))
                .addKeyValue("requestId", id)
                .addKeyValue("sourceIp", address == null ? "-" : address.getHostAddress())
                .log(Excerpt.of(refusal.sentence(), LONGEST_SENTENCE));
    }

    private void sayLeftOut() {
        var more = takeLeftOut();
        if (!more.isEmpty()) {
            var said = new StringBuilder();
            more.forEach((reason, count) -> said.append(said.isEmpty() ? "" : ", ")
                    .append(code(reason))
                    .append(' ')
                    .append(count));
            LOG.info(
                    "{} more clients were turned away within {} s: {}",
                    more.values().stream().mapToLong(Long::longValue).sum(),
                    TOGETHER.toSeconds(),
                    said);
        }
    }

    private synchronized Map<Refusal.Reason, Long> takeLeftOut() {
        var taken = new EnumMap<>(leftOut);
        leftOut.clear();
        lines = 0;
        return taken;
    }

    /// `HeadersTooLarge`, as other errors are called.
    private static String code(Refusal.Reason reason) {
        var code = new StringBuilder();
        for (var word : reason.name().split("_", -1)) {
            code.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return code.toString();
    }

    /// How many there were since the server's start, by their code.
    public synchronized Map<String, Long> read() {
        var read = new TreeMap<String, Long>();
        counts.forEach((reason, count) -> read.put(code(reason), count));
        return read;
    }
}
