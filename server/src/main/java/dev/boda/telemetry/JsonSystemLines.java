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
import tools.jackson.databind.json.JsonMapper;

/// Lambda's lines under `LogFormat` `JSON`: events of its Telemetry API, an object a line.
/// <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html>; which level each has:
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
final class JsonSystemLines implements SystemLines {

    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final String ON_DEMAND = "on-demand";
    private static final JsonMapper JSON = new JsonMapper();

    private final FunctionVersion version;
    private final Level least;
    private final InstantSource clock;
    /// Of the one Init that the environment has ahead of invocations.
    private volatile String initializationType = ON_DEMAND;

    private enum Level {
        DEBUG,
        INFO,
        WARN
    }

    JsonSystemLines(FunctionVersion version, InstantSource clock) {
        this.version = version;
        this.least = Level.valueOf(version.settings().logging().systemLevel().orElse("INFO"));
        this.clock = clock;
    }

    /// A runtime that stands in for another one says so in a member of Boda's own.
    @Override
    public String initStart(Runtime runtime, String type) {
        initializationType = type;
        var running = runtime.language() + ":" + runtime.exactVersion();
        var note = runtime.exact()
                ? ""
                : ",\"note\":" + quoted(runtime.id() + " is not on this machine, " + running + " runs in its place");
        return event(
                Level.INFO,
                "initStart",
                initMembers(InitPhase.INIT) + ",\"runtimeVersion\":" + quoted(running) + ",\"runtimeVersionArn\":"
                        + quoted(version.runtimeVersionArn()) + ",\"functionName\":" + quoted(version.name())
                        + ",\"functionVersion\":" + quoted(version.version()) + note);
    }

    @Override
    public String initRuntimeDone(InitPhase phase, Outcome outcome) {
        return event(level(outcome, Level.DEBUG), "initRuntimeDone", initMembers(phase) + "," + status(outcome));
    }

    @Override
    public String initReport(InitPhase phase, Duration duration, Outcome outcome) {
        var well = initializationType.equals(ON_DEMAND) ? Level.DEBUG : Level.INFO;
        return event(
                level(outcome, well),
                "initReport",
                initMembers(phase) + "," + status(outcome) + ",\"metrics\":{\"durationMs\":" + millis(duration) + "}");
    }

    @Override
    public String start(String requestId) {
        return event(
                Level.INFO,
                "start",
                "\"requestId\":" + quoted(requestId) + ",\"version\":" + quoted(version.version()));
    }

    /// The status of the report tells it.
    @Override
    public String timedOut(String requestId, Duration timeout) {
        return "";
    }

    /// The status of the report tells it.
    @Override
    public String broke(String errorMessage, String errorType) {
        return "";
    }

    @Override
    public String end(InvocationReport report) {
        return event(
                level(report.outcome(), Level.DEBUG),
                "runtimeDone",
                invocation(report) + ",\"metrics\":{\"durationMs\":" + millis(report.duration()) + "}");
    }

    @Override
    public String report(InvocationReport report) {
        var init = report.initDuration();
        return event(
                level(report.outcome(), Level.INFO),
                "report",
                invocation(report) + ",\"metrics\":{\"durationMs\":" + millis(report.duration())
                        + ",\"billedDurationMs\":" + report.billedMillis() + ",\"memorySizeMB\":"
                        + version.memoryMegabytes() + ",\"maxMemoryUsedMB\":" + report.peakMemoryMegabytes()
                        + (init == null ? "" : ",\"initDurationMs\":" + millis(init)) + "}");
    }

    private String event(Level level, String type, String members) {
        if (level.compareTo(least) < 0) {
            return "";
        }
        return "{\"time\":\"" + MILLIS.format(clock.instant()) + "\",\"type\":\"platform." + type + "\",\"record\":{"
                + members + "}}\n";
    }

    private String initMembers(InitPhase phase) {
        return "\"initializationType\":" + quoted(initializationType) + ",\"phase\":\""
                + phase.name().toLowerCase(Locale.ROOT) + "\"";
    }

    private static String invocation(InvocationReport report) {
        return "\"requestId\":" + quoted(report.requestId()) + "," + status(report.outcome());
    }

    private static String status(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Success() -> "\"status\":\"success\"";
            case Outcome.Timeout() -> "\"status\":\"timeout\"";
            case Outcome.Error(var errorType) -> "\"status\":\"error\",\"errorType\":" + quoted(errorType);
        };
    }

    private static Level level(Outcome outcome, Level well) {
        return outcome instanceof Outcome.Failure ? Level.WARN : well;
    }

    /// With at most two decimals.
    private static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 10_000.0) / 100.0;
    }

    private static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }
}
