package dev.boda.telemetry;

import dev.boda.function.FunctionVersion;
import dev.boda.runtime.Runtime;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.store.LogStreamName;
import dev.boda.telemetry.InvocationReport.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The log of one execution environment: its log stream, into which the platform's lines and the output of the
/// processes go, whole and in order.
///
/// Output of the processes comes on a thread of the sandbox, the platform's lines on the threads of invocations.
/// So that an invocation's own output stands between its START and END lines, whoever ends it first drains the
/// sandbox's output, then calls [#end].
public final class EnvironmentLog implements SandboxProvider.Output {

    /// AWS's largest log event; a longer line becomes several.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
    static final int EVENT_LIMIT_BYTES = 1_048_576;

    /// Begins the lines that Lambda does not have.
    private static final String OWN = "[boda] ";

    private final SystemLines lines;
    private final Optional<ApplicationLogFilter> filter;
    private final LogStreamName stream;
    private final LogSink sink;
    private final LogAllowance allowance;
    private final InstantSource clock;
    // Guarded by this, as are the order of the stream's events and what follows.
    private final LineSplitter splitter;
    /// Events that the allowance did not let through since the last one that it did.
    private long leftOut;
    /// From the beginning on, so that the first invocation's tail begins with what Init wrote; then of each invocation
    /// whose caller wants it.
    private @Nullable TailCapture tail = new TailCapture();

    /// @param allowance of the function for what it writes itself; the platform's lines are not counted
    EnvironmentLog(
            FunctionVersion version, LogStreamName stream, LogSink sink, LogAllowance allowance, InstantSource clock) {
        this.lines = SystemLines.of(version, clock);
        this.filter = ApplicationLogFilter.of(version.settings().logging());
        this.stream = stream;
        this.sink = sink;
        this.allowance = allowance;
        this.clock = clock;
        this.splitter = new LineSplitter(EVENT_LIMIT_BYTES, this::write);
    }

    /// `/aws/lambda/NAME`, for `AWS_LAMBDA_LOG_GROUP_NAME`.
    public String logGroup() {
        return stream.group();
    }

    /// `2026/11/21/[$LATEST]…`, for `AWS_LAMBDA_LOG_STREAM_NAME`.
    public String logStream() {
        return stream.stream();
    }

    /// Init begins: says which interpreter really runs. The one line that is in no tail: what Lambda's console shows of
    /// a cold invocation is the output of Init and its INIT_REPORT, then START.
    ///
    /// @param initializationType `on-demand`, …
    public synchronized void initStart(Runtime runtime, String initializationType) {
        var line = lines.initStart(runtime, initializationType);
        if (!line.isEmpty()) {
            log(line.getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Init ended well, ahead of any invocation.
    public synchronized void initEnded(Duration duration) {
        platform(lines.initRuntimeDone(InitPhase.INIT, new Outcome.Success()));
        platform(lines.initReport(InitPhase.INIT, duration, new Outcome.Success()));
    }

    /// Init ended without success.
    ///
    /// @param phase where the Init ran
    public synchronized void initReport(InitPhase phase, Duration duration, Outcome.Failure outcome) {
        platform(lines.initRuntimeDone(phase, outcome));
        platform(lines.initReport(phase, duration, outcome));
    }

    /// An invocation begins. What is logged from now on belongs to it, until [#end]; to the first one also what Init
    /// logged.
    ///
    /// @param keepTail whether the caller wants the last 4 KB
    public synchronized void start(String requestId, boolean keepTail) {
        flushBegunLine();
        if (!keepTail) {
            tail = null;
        } else if (tail == null) {
            tail = new TailCapture();
        }
        platform(lines.start(requestId));
    }

    /// The invocation ran past the function's timeout. Stands before END, as on AWS.
    public synchronized void timedOut(String requestId, Duration timeout) {
        platform(lines.timedOut(requestId, timeout));
    }

    /// The runtime broke during an invocation. Stands before END, as on AWS.
    ///
    /// @param errorMessage `RequestId: … Error: Runtime exited with error: exit status 1`, as the caller gets it
    /// @param errorType    `Runtime.ExitError`
    public synchronized void broke(String errorMessage, String errorType) {
        platform(lines.broke(errorMessage, errorType));
    }

    /// The invocation ended: writes its END and REPORT.
    ///
    /// @return the last 4 KB of the invocation's log, REPORT included, if [#start] was asked to keep them
    public synchronized byte @Nullable [] end(InvocationReport report) {
        flushBegunLine();
        platform(lines.end(report));
        platform(lines.report(report));
        byte[] kept = tail == null ? null : tail.bytes();
        tail = null;
        return kept;
    }

    /// Tells the function's owner something that only Boda knows. Whoever calls it bounds how often.
    ///
    /// @param sentence without a line end
    public synchronized void notice(String sentence) {
        platform(OWN + sentence + "\n");
    }

    @Override
    public synchronized void raw(ByteBuffer bytes) {
        splitter.write(bytes);
    }

    @Override
    public synchronized void message(ByteBuffer bytes) {
        flushBegunLine();
        byte[] message = new byte[bytes.remaining()];
        bytes.get(message);
        appendPieces(withLineEnd(message));
    }

    @Override
    public long pauseMillis() {
        return sink.pauseMillis(stream);
    }

    private void platform(String line) {
        if (line.isEmpty()) {
            return;
        }
        flushBegunLine();
        sayLeftOut();
        append(line.getBytes(StandardCharsets.UTF_8));
    }

    /// A line that a process began and did not end goes before what others write, with a line end.
    private void flushBegunLine() {
        byte[] begun = splitter.takeBegun();
        if (begun != null) {
            appendPieces(withLineEnd(begun));
        }
    }

    private void appendPieces(byte[] message) {
        int from = 0;
        while (message.length - from > EVENT_LIMIT_BYTES) {
            int to = Utf8.cut(message, from + EVENT_LIMIT_BYTES);
            write(Arrays.copyOfRange(message, from, to));
            from = to;
        }
        write(from == 0 ? message : Arrays.copyOfRange(message, from, message.length));
    }

    /// What the function itself wrote, if it may.
    private void write(byte[] message) {
        if (filter.isPresent() && !filter.get().lets(message)) {
            return;
        }
        if (allowance.take(clock.millis(), message.length)) {
            sayLeftOut();
            append(message);
        } else {
            leftOut++;
        }
    }

    private void sayLeftOut() {
        if (leftOut > 0) {
            String said = OWN + leftOut + " log events are missing here: the function wrote more than the "
                    + allowance.bytesPerSecond() + " bytes a second that it may (function-log-rate)\n";
            leftOut = 0;
            append(said.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void append(byte[] message) {
        if (tail != null) {
            tail.add(message);
        }
        log(message);
    }

    private void log(byte[] message) {
        sink.append(stream, clock.millis(), message);
    }

    private static byte[] withLineEnd(byte[] message) {
        if (message.length > 0 && message[message.length - 1] == '\n') {
            return message;
        }
        byte[] ended = Arrays.copyOf(message, message.length + 1);
        ended[message.length] = '\n';
        return ended;
    }

    /// Where an Init ran, as INIT_REPORT names it.
    public enum InitPhase {
        /// Ahead of the invocation.
        INIT,
        /// Again, as part of the invocation, after the first one failed.
        INVOKE
    }
}
