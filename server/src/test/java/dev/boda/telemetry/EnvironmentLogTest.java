package dev.boda.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.access.AccessRequest;
import dev.boda.access.OwnAccess;
import dev.boda.function.FunctionVersion;
import dev.boda.function.Snapshots;
import dev.boda.runtime.Runtime;
import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import dev.boda.store.LogStreamName;
import dev.boda.telemetry.InvocationReport.Outcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EnvironmentLogTest {

    private static final String ID = "8f5b1f4e-2f5c-4b8e-9a34-0a1b2c3d4e5f";

    private final List<String> messages = new ArrayList<>();
    private final List<LogStreamName> streams = new ArrayList<>();
    private final FunctionLogs logs = new FunctionLogs(
            (stream, _, message) -> {
                streams.add(stream);
                messages.add(new String(message, UTF_8));
            },
            new OwnAccess(_ -> true, InstantSource.system()),
            InstantSource.fixed(Instant.parse("2026-11-21T23:59:59.123Z")),
            new Random(1),
            0);
    private final EnvironmentLog log = logs.open(version());

    @Test
    void aStreamIsNamedAsOnAws() {
        log.start(ID, false);

        assertThat(log.logGroup()).isEqualTo("/aws/lambda/hello");
        assertThat(log.logStream()).matches("2026/11/21/\\[\\$LATEST][0-9a-f]{32}");
        assertThat(streams)
                .containsExactly(new LogStreamName("000000000000", "eu-west-1", "/aws/lambda/hello", log.logStream()));
    }

    @Test
    void aFunctionsRoleIsAskedForItsLogOnceAndNotEveryLine() {
        var requests = new ArrayList<AccessRequest>();
        var asking = new FunctionLogs(
                (_, _, _) -> {},
                new OwnAccess(requests::add, InstantSource.system()),
                InstantSource.system(),
                new Random(1),
                0);
        var opened = asking.open(version());
        opened.start(ID, false);
        opened.raw(ByteBuffer.wrap("hello\n".getBytes(UTF_8)));

        var group = "arn:aws:logs:eu-west-1:000000000000:log-group:/aws/lambda/hello:log-stream:";
        assertThat(requests)
                .extracting(request -> request.action() + " " + request.resource())
                .containsExactly(
                        "logs:CreateLogGroup " + group,
                        "logs:CreateLogStream " + group + opened.logStream(),
                        "logs:PutLogEvents " + group + opened.logStream());
        assertThat(requests)
                .allSatisfy(request -> assertThat(request.principal().name())
                        .isEqualTo("arn:aws:sts::000000000000:assumed-role/basic/hello"))
                .allSatisfy(request -> assertThat(request.conditions().get())
                        .containsEntry("aws:RequestedRegion", List.of("eu-west-1")));
    }

    @Test
    void aRoleThatMayNotWriteLeavesNoLog() {
        var lines = new ArrayList<String>();
        var refused = new OwnAccess(request -> !request.action().equals("logs:PutLogEvents"), InstantSource.system());
        var silent = new FunctionLogs(
                (_, _, message) -> lines.add(new String(message, UTF_8)),
                refused,
                InstantSource.system(),
                new Random(1),
                0);
        silent.open(version()).start(ID, false);

        assertThat(lines).isEmpty();
    }

    @Test
    void environmentsOfOneVersionHaveStreamsOfTheirOwn() {
        assertThat(logs.open(version()).logStream()).isNotEqualTo(log.logStream());
    }

    @Test
    void aColdInvocationLeavesAwsLines() {
        log.initStart(runtime("3.12.1", true), "on-demand");
        log.start(ID, false);
        raw("hello\n");
        log.end(report(Duration.ofNanos(1_640_000), Duration.ofNanos(84_520_000), new Outcome.Success()));

        assertThat(messages.getFirst())
                .isEqualTo("INIT_START Runtime Version: python:3.12.1\tRuntime Version ARN: "
                        + version().runtimeVersionArn() + "\n");
        assertThat(messages.subList(1, 5))
                .containsExactly(
                        "START RequestId: " + ID + " Version: $LATEST\n",
                        "hello\n",
                        "END RequestId: " + ID + "\n",
                        "REPORT RequestId: " + ID + "\tDuration: 1.64 ms\tBilled Duration: 87 ms\tMemory Size: 128 MB\t"
                                + "Max Memory Used: 36 MB\tInit Duration: 84.52 ms\t\n");
    }

    @Test
    void anInterpreterOfAnotherVersionIsToldInTheInitLine() {
        log.initStart(runtime("3.11.4", false), "on-demand");

        assertThat(messages.getFirst())
                .startsWith("INIT_START Runtime Version: python:3.11.4\t")
                .endsWith("\tNote: python3.12 is not on this machine, python 3.11.4 runs in its place\n");
    }

    @Test
    void aTimeoutIsToldBeforeTheEndAndInTheReport() {
        log.start(ID, false);
        log.timedOut(ID, Duration.ofSeconds(3));
        log.end(report(Duration.ofSeconds(3), null, new Outcome.Timeout()));

        assertThat(messages.subList(1, 4))
                .containsExactly(
                        "2026-11-21T23:59:59.123Z " + ID + " Task timed out after 3.00 seconds\n\n",
                        "END RequestId: " + ID + "\n",
                        "REPORT RequestId: " + ID + "\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\t"
                                + "Memory Size: 128 MB\tMax Memory Used: 36 MB\tStatus: timeout\n");
    }

    @Test
    void aBrokenRuntimeIsToldBeforeTheEndAndInTheReport() {
        log.start(ID, false);
        log.broke("RequestId: " + ID + " Error: Runtime exited with error: exit status 1", "Runtime.ExitError");
        log.end(report(Duration.ofNanos(5_004_999), null, new Outcome.Error("Runtime.ExitError")));

        assertThat(messages.get(1))
                .isEqualTo(
                        "RequestId: " + ID + " Error: Runtime exited with error: exit status 1\nRuntime.ExitError\n");
        assertThat(messages.get(3))
                .isEqualTo(
                        "REPORT RequestId: " + ID + "\tDuration: 5.00 ms\tBilled Duration: 6 ms\t"
                                + "Memory Size: 128 MB\tMax Memory Used: 36 MB\tStatus: error\tError Type: Runtime.ExitError\n");
    }

    @Test
    void aFailedInitIsReportedWithItsPhase() {
        log.initReport(EnvironmentLog.InitPhase.INIT, Duration.ofNanos(9_999_790_000L), new Outcome.Timeout());
        log.initReport(
                EnvironmentLog.InitPhase.INVOKE,
                Duration.ofNanos(83_580_000),
                new Outcome.Error("Runtime.ImportModuleError"));

        assertThat(messages)
                .containsExactly(
                        "INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout\n",
                        "INIT_REPORT Init Duration: 83.58 ms\tPhase: invoke\tStatus: error\t"
                                + "Error Type: Runtime.ImportModuleError\n");
    }

    @Test
    void rawOutputBecomesAnEventALineWhereverItIsCut() {
        raw("one\ntw");
        raw("o\n\nthr");
        raw("ee\n");

        assertThat(messages).containsExactly("one\n", "two\n", "\n", "three\n");
    }

    @Test
    void aLineBegunByAnInvocationBelongsToIt() {
        log.start(ID, true);
        raw("no line end");
        byte @Nullable [] tail = log.end(report(Duration.ofMillis(1), null, new Outcome.Success()));

        assertThat(messages.get(1)).isEqualTo("no line end\n");
        assertThat(new String(tail, UTF_8)).contains("no line end\nEND RequestId: ");
    }

    @Test
    void aFramedMessageStaysWhole() {
        log.message(ByteBuffer.wrap("[ERROR] first\n  second\nthird".getBytes(UTF_8)));

        assertThat(messages).containsExactly("[ERROR] first\n  second\nthird\n");
    }

    @Test
    void aLineOverAwsLimitIsCutBetweenCharacters() {
        String line = "x" + "ü".repeat(EnvironmentLog.EVENT_LIMIT_BYTES) + "\n";
        raw(line);
        log.message(ByteBuffer.wrap(line.getBytes(UTF_8)));

        assertThat(messages).hasSize(6).noneMatch(message -> message.contains("\uFFFD"));
        assertThat(messages).allMatch(message -> message.getBytes(UTF_8).length <= EnvironmentLog.EVENT_LIMIT_BYTES);
        assertThat(String.join("", messages)).isEqualTo(line + line);
    }

    @Test
    void aLineOfExactlyTheLimitIsOneEvent() {
        String line = "x".repeat(EnvironmentLog.EVENT_LIMIT_BYTES - 1) + "\n";
        raw(line);

        assertThat(messages).containsExactly(line);
    }

    @Test
    void theTailIsTheLastFourKilobytesOfThisInvocation() {
        raw("before\n");
        log.start(ID, true);
        raw("ü".repeat(5_000) + "\nlast line\n");
        byte[] tail = log.end(report(Duration.ofMillis(1), null, new Outcome.Success()));
        log.start(ID, true);
        byte[] next = log.end(report(Duration.ofMillis(1), null, new Outcome.Success()));

        assertThat(tail).hasSizeBetween(4_093, 4_096);
        assertThat(new String(tail, UTF_8))
                .startsWith("ü")
                .contains("üü\nlast line\nEND RequestId: " + ID + "\nREPORT RequestId: ")
                .endsWith("Max Memory Used: 36 MB\t\n");
        assertThat(new String(next, UTF_8)).startsWith("START RequestId: ").doesNotContain("last line");
    }

    @Test
    void theFirstTailBeginsWithWhatInitWroteButNotWithItsStart() {
        log.initStart(runtime("3.12.1", true), "on-demand");
        raw("at init\n");
        log.initReport(EnvironmentLog.InitPhase.INIT, Duration.ofMillis(5), new Outcome.Error("Runtime.ExitError"));
        log.start(ID, true);
        byte[] first = log.end(report(Duration.ofMillis(1), null, new Outcome.Success()));
        raw("between\n");
        log.start(ID, true);
        byte[] second = log.end(report(Duration.ofMillis(1), null, new Outcome.Success()));

        assertThat(new String(first, UTF_8))
                .startsWith("at init\nINIT_REPORT Init Duration: 5.00 ms\tPhase: init\tStatus: error\t"
                        + "Error Type: Runtime.ExitError\nSTART RequestId: " + ID);
        assertThat(new String(second, UTF_8)).startsWith("START RequestId: " + ID);
        assertThat(messages.getFirst()).startsWith("INIT_START ");
    }

    @Test
    void whatInitWroteIsInNoTailButTheFirst() {
        raw("at init\n");
        log.start(ID, false);
        log.end(report(Duration.ofMillis(1), null, new Outcome.Success()));
        log.start(ID, true);
        byte[] tail = log.end(report(Duration.ofMillis(1), null, new Outcome.Success()));

        assertThat(new String(tail, UTF_8)).startsWith("START RequestId: " + ID);
    }

    @Test
    void theTailBeginsWithAWholeCharacterWhereverItIsCut() {
        for (String shift : List.of("", "x")) {
            log.start(ID, true);
            raw("ü".repeat(5_000) + shift + "\n");
            byte[] tail = log.end(report(Duration.ofMillis(1), null, new Outcome.Success()));

            assertThat(new String(tail, UTF_8)).startsWith("ü");
        }
    }

    @Test
    void aCallerWhoWantsNoTailGetsNone() {
        log.start(ID, false);

        assertThat(log.end(report(Duration.ofMillis(1), null, new Outcome.Success())))
                .isNull();
    }

    @Test
    void whatAFunctionWritesBeyondItsLimitIsLeftOutAndTheNumberSaid() {
        var now = new AtomicReference<>(Instant.EPOCH);
        var limited = new FunctionLogs(
                (_, _, message) -> messages.add(new String(message, UTF_8)),
                new OwnAccess(_ -> true, now::get),
                now::get,
                new Random(1),
                10);
        EnvironmentLog one = limited.open(version());
        EnvironmentLog other = limited.open(version());
        raw(one, "x".repeat(150) + "\n");
        raw(one, "a\nb\n");
        raw(other, "c\n");
        one.start(ID, false);
        now.set(Instant.EPOCH.plusSeconds(6));
        raw(other, "d\n");

        assertThat(messages.subList(1, 3))
                .containsExactly(
                        "[boda] 2 log events are missing here: the function wrote more than the 10 bytes a second"
                                + " that it may (function-log-rate)\n",
                        "START RequestId: " + ID + " Version: $LATEST\n");
        assertThat(messages.subList(3, 5))
                .satisfiesExactly(
                        missing -> assertThat(missing).startsWith("[boda] 1 log events are missing here"),
                        next -> assertThat(next).isEqualTo("d\n"));
        assertThat(limited.leftOut()).isEqualTo(3);
    }

    private static void raw(EnvironmentLog log, String text) {
        log.raw(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    private void raw(String text) {
        log.raw(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    private static InvocationReport report(Duration duration, @Nullable Duration init, Outcome outcome) {
        return new InvocationReport(ID, duration, init, 36 * 1_048_576 - 5, outcome);
    }

    private static Runtime runtime(String exactVersion, boolean exact) {
        return new Runtime(
                "python3.12",
                "python",
                exactVersion,
                exact,
                new RootFileSystem.Host(List.of()),
                List.of(),
                List.of(),
                Map.of());
    }

    private static FunctionVersion version() {
        return Snapshots.of(
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
    }
}
