package dev.boda.telemetry;

import dev.boda.function.FunctionVersion;
import dev.boda.runtime.Runtime;
import dev.boda.telemetry.EnvironmentLog.InitPhase;
import dev.boda.telemetry.InvocationReport.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The lines that Lambda itself writes into a function's log, to the byte: tools parse them.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html>; tabs, the tab at the end of
/// a successful REPORT, and the empty line after a timeout are as logs of real functions show them.
final class PlatformLines {

    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final long BYTES_PER_MEGABYTE = 1_048_576;

    private final FunctionVersion version;

    PlatformLines(FunctionVersion version) {
        this.version = version;
    }

    /// AWS counts its builds of a runtime (`python:3.12.v34`); ours is the machine's interpreter and tells its own
    /// version. The ARN is the one that the function's RuntimeVersionConfig has.
    String initStart(Runtime runtime) {
        String running = runtime.language() + ":" + runtime.exactVersion();
        String note = runtime.exact()
                ? ""
                : "\tNote: " + runtime.id() + " is not on this machine, " + runtime.language() + " "
                        + runtime.exactVersion() + " runs in its place";
        return "INIT_START Runtime Version: " + running + "\tRuntime Version ARN: " + version.runtimeVersionArn() + note
                + "\n";
    }

    String initReport(InitPhase phase, Duration duration, Outcome.Failure outcome) {
        return "INIT_REPORT Init Duration: " + millis(duration) + " ms\tPhase: "
                + phase.name().toLowerCase(Locale.ROOT) + "\t" + status(outcome) + "\n";
    }

    String start(String requestId) {
        return "START RequestId: " + requestId + " Version: " + version.version() + "\n";
    }

    String timedOut(String requestId, Duration timeout, Instant now) {
        return MILLIS.format(now) + " " + requestId + " Task timed out after "
                + hundredths(timeout.toNanos(), 1_000_000_000L) + " seconds\n\n";
    }

    String broke(String errorMessage, String errorType) {
        return errorMessage + "\n" + errorType + "\n";
    }

    String end(String requestId) {
        return "END RequestId: " + requestId + "\n";
    }

    String report(InvocationReport report) {
        Duration init = report.initDuration();
        return "REPORT RequestId: " + report.requestId()
                + "\tDuration: " + millis(report.duration())
                + " ms\tBilled Duration: " + report.billedMillis()
                + " ms\tMemory Size: " + version.memoryMegabytes()
                + " MB\tMax Memory Used: " + Math.ceilDiv(report.peakMemoryBytes(), BYTES_PER_MEGABYTE) + " MB\t"
                + (init == null ? "" : "Init Duration: " + millis(init) + " ms\t")
                + status(report.outcome()) + "\n";
    }

    private static String status(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Success() -> "";
            case Outcome.Timeout() -> "Status: timeout";
            case Outcome.Error(var errorType) -> "Status: error\tError Type: " + errorType;
        };
    }

    private static String millis(Duration duration) {
        return hundredths(duration.toNanos(), 1_000_000);
    }

    /// With two decimals, rounded; not by a formatter, whose price every invocation would pay.
    private static String hundredths(long nanos, long nanosPerUnit) {
        long hundredths = (nanos * 100 + nanosPerUnit / 2) / nanosPerUnit;
        long fraction = hundredths % 100;
        return hundredths / 100 + (fraction < 10 ? ".0" : ".") + fraction;
    }
}
