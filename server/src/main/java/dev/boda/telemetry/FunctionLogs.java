package dev.boda.telemetry;

import dev.boda.access.OwnAccess;
import dev.boda.access.Principal;
import dev.boda.aws.Arn;
import dev.boda.function.FunctionVersion;
import dev.boda.store.LogStreamName;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// The logs of functions: opens the log of each new execution environment.
public final class FunctionLogs {

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);

    private static final String RESERVED_GROUPS = "aws/";
    private static final LogSink NOWHERE = (_, _, _) -> {};

    private final LogSink sink;
    private final OwnAccess access;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final LogAllowances allowances;

    /// @param access         asked whether a function's role may write its log
    /// @param random         names the streams; one that threads may share
    /// @param bytesPerSecond what each function may write; 0 for no limit
    public FunctionLogs(
            LogSink sink, OwnAccess access, InstantSource clock, RandomGenerator random, long bytesPerSecond) {
        this.sink = sink;
        this.access = access;
        this.clock = clock;
        this.random = random;
        this.allowances = new LogAllowances(bytesPerSecond);
    }

    /// A log for one environment of `version`: a stream of its own in the function's group, named as AWS does. It
    /// appears in CloudWatch Logs with its first line;
    /// not at all, if the function's role may not write it.
    public EnvironmentLog open(FunctionVersion version) {
        String name = streamName(version);
        var stream = new LogStreamName(version.account(), version.region(), version.logGroup(), name);
        LogAllowance allowance = allowances.of(version.account(), version.region(), version.name(), clock.millis());
        return new EnvironmentLog(version, stream, mayWrite(version, name) ? sink : NOWHERE, allowance, clock);
    }

    /// A log for an environment of `version` that no invocation will see: nothing of it is kept.
    public EnvironmentLog unheard(FunctionVersion version) {
        var stream = new LogStreamName(version.account(), version.region(), version.logGroup(), streamName(version));
        return new EnvironmentLog(version, stream, NOWHERE, LogAllowance.UNLIMITED, clock);
    }

    /// `2026/11/21/[$LATEST]` and 32 hexadecimal digits; in a group that several functions may share
    /// `2026/11/21/hello[$LATEST][…]`.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html>
    private String streamName(FunctionVersion version) {
        HexFormat hex = HexFormat.of();
        String id = hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
        boolean own = version.logGroup().equals(version.function().logGroup());
        return DAY.format(clock.instant()) + "/"
                + (own
                        ? "[" + version.version() + "]" + id
                        : version.name() + "[" + version.version() + "][" + id + "]");
    }

    /// Asked once for all lines. A group whose name begins with `aws/` cannot be made, on AWS neither.
    private boolean mayWrite(FunctionVersion version, String stream) {
        if (version.logGroup().startsWith(RESERVED_GROUPS)) {
            return false;
        }
        var role = Arn.parse(version.role())
                .orElseThrow(() -> new IllegalArgumentException(version.role() + " is no ARN"));
        var writer = new Principal.RoleSession(role, version.name());
        var group = Arn.of(
                        "logs", version.region(), version.account(), "log-group:" + version.logGroup() + ":log-stream:")
                .toString();
        return access.allows(writer, "logs:CreateLogGroup", group, version.region())
                && access.allows(writer, "logs:CreateLogStream", group + stream, version.region())
                && access.allows(writer, "logs:PutLogEvents", group + stream, version.region());
    }

    /// How many log events of functions were left out, because their functions wrote more than they may.
    public long leftOut() {
        return allowances.refused();
    }
}
