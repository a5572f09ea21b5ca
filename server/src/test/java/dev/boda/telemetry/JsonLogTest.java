package dev.boda.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.access.OwnAccess;
import dev.boda.function.FunctionVersion;
import dev.boda.function.LoggingSettings;
import dev.boda.function.Snapshots;
import dev.boda.runtime.Runtime;
import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import dev.boda.telemetry.EnvironmentLog.InitPhase;
import dev.boda.telemetry.InvocationReport.Outcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// A function's log in JSON, and what its levels leave out.
final class JsonLogTest {

    private static final String ID = "8f5b1f4e-2f5c-4b8e-9a34-0a1b2c3d4e5f";
    private static final String TIME = "{\"time\":\"2026-11-21T23:59:59.123Z\",\"type\":\"platform.";

    private final List<String> messages = new ArrayList<>();

    private EnvironmentLog log(String application, String system) {
        var logs = new FunctionLogs(
                (stream, _, message) -> messages.add(new String(message, UTF_8)),
                new OwnAccess(_ -> true, InstantSource.system()),
                InstantSource.fixed(Instant.parse("2026-11-21T23:59:59.123Z")),
                new Random(1),
                0);
        return logs.open(version(application, system));
    }

    private static FunctionVersion version(String application, String system) {
        var plain = Snapshots.of(
                "0193",
                "000000000000",
                "eu-west-1",
                "hello",
                "$LATEST",
                "python3.12",
                "app.handler",
                "arn:aws:iam::000000000000:role/basic",
                "digest",
                "x86_64",
                3,
                128,
                512,
                Map.of());
        var logging = LoggingSettings.DEFAULT.changed(
                Optional.of("JSON"), Optional.of(application), Optional.of(system), Optional.of("/shared/group"));
        return new FunctionVersion(
                plain.id(),
                plain.function(),
                plain.version(),
                plain.settings().with(its -> its.logging = logging),
                plain.code());
    }

    private static Runtime runtime(boolean exact) {
        return new Runtime(
                "python3.12",
                "python",
                "3.12.1",
                exact,
                new RootFileSystem.Host(List.of()),
                List.of(),
                List.of(),
                Map.of());
    }

    private void cold(EnvironmentLog log, Outcome outcome) {
        log.initStart(runtime(true), "on-demand");
        log.initEnded(Duration.ofNanos(84_520_000));
        log.start(ID, true);
        if (outcome instanceof Outcome.Timeout) {
            log.timedOut(ID, Duration.ofSeconds(3));
        }
        var _ = log.end(new InvocationReport(
                ID, Duration.ofNanos(1_640_000), Duration.ofNanos(84_520_000), 36 * 1_048_576 - 5, outcome));
    }

    private static void write(EnvironmentLog log, String line) {
        log.raw(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
    }

    @Test
    void aColdInvocationLeavesAwsEvents() {
        var log = log("INFO", "DEBUG");
        cold(log, new Outcome.Success());
        var init = "\"initializationType\":\"on-demand\",\"phase\":\"init\"";
        assertThat(messages)
                .containsExactly(
                        TIME + "initStart\",\"record\":{" + init
                                + ",\"runtimeVersion\":\"python:3.12.1\",\"runtimeVersionArn\":\""
                                + version("INFO", "INFO").runtimeVersionArn()
                                + "\",\"functionName\":\"hello\",\"functionVersion\":\"$LATEST\"}}\n",
                        TIME + "initRuntimeDone\",\"record\":{" + init + ",\"status\":\"success\"}}\n",
                        TIME + "initReport\",\"record\":{" + init
                                + ",\"status\":\"success\",\"metrics\":{\"durationMs\":84.52}}}\n",
                        TIME + "start\",\"record\":{\"requestId\":\"" + ID + "\",\"version\":\"$LATEST\"}}\n",
                        TIME + "runtimeDone\",\"record\":{\"requestId\":\"" + ID
                                + "\",\"status\":\"success\",\"metrics\":{\"durationMs\":1.64}}}\n",
                        TIME + "report\",\"record\":{\"requestId\":\"" + ID
                                + "\",\"status\":\"success\",\"metrics\":{\"durationMs\":1.64,\"billedDurationMs\":87,"
                                + "\"memorySizeMB\":128,\"maxMemoryUsedMB\":36,\"initDurationMs\":84.52}}}\n");
        assertThat(log.logGroup()).isEqualTo("/shared/group");
        assertThat(log.logStream()).matches("2026/11/21/hello\\[\\$LATEST]\\[[0-9a-f]{32}]");
        var json = new JsonMapper();
        assertThat(messages)
                .allSatisfy(message ->
                        assertThat(json.readTree(message).has("record")).isTrue());
    }

    @Test
    void theSystemLevelLeavesEventsOut() {
        cold(log("INFO", "INFO"), new Outcome.Success());
        assertThat(messages)
                .extracting(message ->
                        new JsonMapper().readTree(message).get("type").asString())
                .containsExactly("platform.initStart", "platform.start", "platform.report");
        messages.clear();
        cold(log("INFO", "WARN"), new Outcome.Success());
        assertThat(messages).isEmpty();
    }

    @Test
    void whatGoesWrongIsAWarning() {
        cold(log("INFO", "WARN"), new Outcome.Timeout());
        assertThat(messages).hasSize(2).allMatch(message -> message.contains("\"status\":\"timeout\""));
        messages.clear();
        var log = log("INFO", "WARN");
        log.initReport(InitPhase.INIT, Duration.ofMillis(5), new Outcome.Error("Runtime.ExitError"));
        assertThat(messages.getLast())
                .contains("platform.initReport")
                .contains("\"status\":\"error\",\"errorType\":\"Runtime.ExitError\"")
                .contains("\"durationMs\":5.0");
    }

    @Test
    void anInterpreterOfAnotherVersionIsTold() {
        log("INFO", "INFO").initStart(runtime(false), "on-demand");
        assertThat(messages.getFirst())
                .contains("\"note\":\"python3.12 is not on this machine, python:3.12.1 runs in its place\"");
    }

    @Test
    void objectsBelowTheApplicationLevelAreLeftOut() {
        var log = log("WARN", "WARN");
        var time = "\"timestamp\": \"2024-11-02T16:51:31.587199Z\"";
        for (var line : List.of(
                "{\"level\": \"debug\", " + time + "}",
                "{\"level\": \"INFO\", \"time\": \"2024-11-02T16:51:31+01:00\"}",
                "{\"msg\": \"without a level\"}",
                "{\"level\": \"ERROR\", \"msg\": \"without a time\"}",
                "{\"level\": \"LOUD\", " + time + "}")) {
            write(log, line);
        }
        assertThat(messages).isEmpty();
        var kept = List.of(
                "{\"level\": \"warn\", " + time + "}",
                "{\"a\": {\"level\": \"debug\"}, \"level\": \"CRITICAL\", " + time + "}",
                "{no object",
                "{\"level\": \"debug\", " + time + "} and more",
                "plain");
        kept.forEach(line -> write(log, line));
        assertThat(messages).extracting(String::strip).isEqualTo(kept);
    }

    @Test
    void atTheMostDetailedLevelNothingIs() {
        write(log("TRACE", "WARN"), "{\"level\": \"TRACE\", \"timestamp\": \"2024-11-02T16:51:31Z\"}");
        assertThat(messages).hasSize(1);
    }
}
