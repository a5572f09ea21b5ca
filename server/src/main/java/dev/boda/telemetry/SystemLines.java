package dev.boda.telemetry;

import dev.boda.function.FunctionVersion;
import dev.boda.function.LoggingSettings;
import dev.boda.runtime.Runtime;
import dev.boda.telemetry.EnvironmentLog.InitPhase;
import dev.boda.telemetry.InvocationReport.Outcome;
import java.time.Duration;
import java.time.InstantSource;

/// What Lambda itself writes into a function's log, in one of AWS's two formats. Each is a whole line with its end, or
/// the empty string where the format has none or the function's log level leaves it out.
sealed interface SystemLines permits PlatformLines, JsonSystemLines {

    static SystemLines of(FunctionVersion version, InstantSource clock) {
        return version.settings().logging().format().equals(LoggingSettings.JSON)
                ? new JsonSystemLines(version, clock)
                : new PlatformLines(version, clock);
    }

    /// @param initializationType `on-demand`, …
    String initStart(Runtime runtime, String initializationType);

    /// The runtime is done with Init, well or not.
    String initRuntimeDone(InitPhase phase, Outcome outcome);

    String initReport(InitPhase phase, Duration duration, Outcome outcome);

    String start(String requestId);

    String timedOut(String requestId, Duration timeout);

    String broke(String errorMessage, String errorType);

    /// The runtime is done with the invocation, well or not.
    String end(InvocationReport report);

    String report(InvocationReport report);
}
