package dev.boda.aws;

import dev.boda.http.MalformedBodyException;
import dev.boda.http.SlowClientException;
import dev.boda.meter.Histogram;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Counts every request, and says of each that failed one line with its request id; of one that was answered as it
/// asked, nothing. A function that fails is an answer, not a failed request.
///
/// ```
/// status=404 code=ResourceNotFoundException service=lambda operation=GetFunction requestId=8b1a… accessKeyId=test
///     account=000000000000 sourceIp=127.0.0.1 durationMillis=0.7 Function not found: arn:aws:…
/// ```
///
/// What the client is to blame for is INFO, what this server is to blame for ERROR; the stack is there if nobody
/// expected what broke. A 502 tells of a function whose answer makes no HTTP: neither is to blame.
public final class RequestLog {

    private static final Logger LOG = LoggerFactory.getLogger("requests");
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int TIMED_OUT = 408;

    /// No client sees it; as web servers call it in their logs.
    private static final int CLIENT_GONE = 499;

    private static final int BROKEN = 500;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int BAD_GATEWAY = 502;

    /// In characters. AWS's sentences repeat what a client sent, and lines wait in memory to be written.
    private static final int LONGEST_SENTENCE = 2_048;

    private static final double NANOS_PER_MICRO = 1_000.0;
    private static final double MICROS_PER_MILLI = 1_000.0;

    private final ConcurrentHashMap<String, ConcurrentHashMap<String, Meter>> services = new ConcurrentHashMap<>();

    /// What was counted of an operation.
    ///
    /// @param service   `lambda`; `unknown` if the request named none that is here
    /// @param operation `GetFunction`; `unknown` if the service has no such operation
    /// @param byStatus  how many requests were answered with which HTTP status
    /// @param durations from the request's head to its answer
    public record Reading(String service, String operation, Map<Integer, Long> byStatus, Histogram.Reading durations) {}

    /// Of one operation. Most requests are answered 200: those cost no look into a map.
    private static final class Meter {

        private final LongAdder ok = new LongAdder();
        private final ConcurrentHashMap<Integer, LongAdder> others = new ConcurrentHashMap<>();
        private final Histogram durations =
                Histogram.ofSeconds(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 900);

        private void add(int status, long nanos) {
            if (status == OK) {
                ok.increment();
            } else {
                others.computeIfAbsent(status, _ -> new LongAdder()).increment();
            }
            durations.add(nanos);
        }

        private Map<Integer, Long> byStatus() {
            var counts = new TreeMap<Integer, Long>();
            others.forEach((status, count) -> counts.put(status, count.sum()));
            if (ok.sum() > 0) {
                counts.put(OK, ok.sum());
            }
            return counts;
        }
    }

    /// The request is about to be answered with `status`.
    public void answered(ServedRequest request, int status) {
        long nanos = request.tookNanos();
        services.computeIfAbsent(request.service(), _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(request.operation(), _ -> new Meter())
                .add(status, nanos);
        var failure = request.failure();
        if (failure != null) {
            say(request, failure, status, nanos);
        }
    }

    /// The request ends without an answer of the front door: its client sent what cannot be read, or has gone.
    public void spoilt(ServedRequest request, Exception how) {
        switch (how) {
            case SlowClientException _ -> {
                request.spoilt("RequestTimeout", how);
                answered(request, TIMED_OUT);
            }
            case MalformedBodyException _ -> {
                request.spoilt("MalformedBody", how);
                answered(request, BAD_REQUEST);
            }
            default -> {
                request.spoilt("ClientGone", how);
                answered(request, CLIENT_GONE);
            }
        }
    }

    private static void say(ServedRequest request, ServedRequest.Failure failure, int status, long nanos) {
        boolean ours = status >= BROKEN && status != NOT_IMPLEMENTED && status != BAD_GATEWAY;
        var level = ours ? Level.ERROR : Level.INFO;
        var event = LOG.atLevel(level)
                .addKeyValue("status", status)
                .addKeyValue("code", failure.code())
                .addKeyValue("service", request.service())
                .addKeyValue("operation", request.operation())
                .addKeyValue("requestId", request.id())
                .addKeyValue("accessKeyId", request.accessKeyId())
                .addKeyValue("account", request.account())
                .addKeyValue("sourceIp", source(request))
                .addKeyValue("durationMillis", Math.round(nanos / NANOS_PER_MICRO) / MICROS_PER_MILLI);
        if (!request.origin().name().isEmpty()) {
            event = event.addKeyValue("environment", request.origin().name());
        }
        if (request.operation().equals(ServedRequest.UNKNOWN)) {
            var exchange = request.exchange();
            event = event.addKeyValue("method", exchange.method()).addKeyValue("path", exchange.rawPath());
        }
        (failure.expected() ? event : event.setCause(failure.cause())).log(causes(failure.cause()));
    }

    private static String source(ServedRequest request) {
        var address = request.exchange().remote().getAddress();
        return address == null ? "-" : address.getHostAddress();
    }

    /// In one line: whoever writes the log takes the line ends out.
    private static String causes(Throwable failure) {
        var said = new LinkedHashSet<String>();
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            var message = cause.getMessage();
            said.add(message == null ? cause.getClass().getSimpleName() : message);
        }
        return Excerpt.of(String.join("; because: ", said), LONGEST_SENTENCE);
    }

    /// What was counted since the server's start.
    public List<Reading> read() {
        var readings = new ArrayList<Reading>();
        services.forEach((service, operations) -> operations.forEach((operation, meter) ->
                readings.add(new Reading(service, operation, meter.byStatus(), meter.durations.read()))));
        return readings;
    }
}
