package dev.boda.telemetry;

import dev.boda.function.FunctionVersion;
import dev.boda.runtime.Runtime;
import dev.boda.telemetry.EnvironmentLog.InitPhase;
import dev.boda.telemetry.InvocationReport.Outcome;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The lines that Lambda itself writes into a function's log in text, to the byte: tools parse them.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html>; tabs, the tab at the end of
/// a successful REPORT, and the empty line after a timeout are as logs of real functions show them.
final class PlatformLines implements SystemLines {

    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final FunctionVersion version;
    private final InstantSource clock;

    PlatformLines(FunctionVersion version, InstantSource clock) {
        this.version = version;
        this.clock = clock;
    }

    /// AWS counts its builds of a runtime (`python:3.12.v34`); ours is the machine's interpreter and tells its own
    /// version. The ARN is the one that the function's RuntimeVersionConfig has.
    @Override
    public String initStart(Runtime runtime, String initializationType) {
        String running = runtime.language() + ":" + runtime.exactVersion();
        String note = runtime.exact()
                ? ""
                : "\tNote: " + runtime.id() + " is not on this machine, " + runtime.language() + " "
                        + runtime.exactVersion() + " runs in its place";
        return "INIT_START Runtime Version: " + running + "\tRuntime Version ARN: " + version.runtimeVersionArn() + note
                + "\n";
    }

    @Override
    public String initRuntimeDone(InitPhase phase, Outcome outcome) {
        return "";
    }

    /// AWS writes none for a successful Init: REPORT carries its duration.
    @Override
    public String initReport(InitPhase phase, Duration duration, Outcome outcome) {
        if (outcome instanceof Outcome.Success) {
            return "";
        }
        return "INIT_REPORT Init Duration: " + millis(duration) + " ms\tPhase: "
                + phase.name().toLowerCase(Locale.ROOT) + "\t" + status(outcome) + "\n";
    }

    @Override
    public String start(String requestId) {
        return "START RequestId: " + requestId + " Version: " + version.version() + "\n";
    }

    @Override
    public String timedOut(String requestId, Duration timeout) {
        return MILLIS.format(clock.instant()) + " " + requestId + " Task timed out after "
                + hundredths(timeout.toNanos(), 1_000_000_000L) + " seconds\n\n";
    }

    @Override
    public String broke(String errorMessage, String errorType) {
        return errorMessage + "\n" + errorType + "\n";
    }

    @Override
    public String end(InvocationReport report) {
        return "END RequestId: " + report.requestId() + "\n";
    }

    @Override
    public String report(InvocationReport report) {
        Duration init = report.initDuration();
        return "REPORT RequestId: " + report.requestId()
                + "\tDuration: " + millis(report.duration())
                + " ms\tBilled Duration: " + report.billedMillis()
                + " ms\tMemory Size: " + version.memoryMegabytes()
                + " MB\tMax Memory Used: " + report.peakMemoryMegabytes() + " MB\t"
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
