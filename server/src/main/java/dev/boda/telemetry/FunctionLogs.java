package dev.boda.telemetry;

import dev.boda.function.FunctionVersion;
import dev.boda.store.LogStreamName;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// The logs of functions: opens the log of each new execution environment.
public final class FunctionLogs {

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);

    private final LogSink sink;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param random names the streams; one that threads may share
    public FunctionLogs(LogSink sink, InstantSource clock, RandomGenerator random) {
        this.sink = sink;
        this.clock = clock;
        this.random = random;
    }

    /// A log for one environment of `version`: a stream of its own in the function's group, named as AWS does,
    /// `2026/11/21/[$LATEST]` and 32 hexadecimal digits. It appears in CloudWatch Logs with its first line.
    public EnvironmentLog open(FunctionVersion version) {
        Instant now = clock.instant();
        HexFormat hex = HexFormat.of();
        String name = DAY.format(now) + "/[" + version.version() + "]" + hex.toHexDigits(random.nextLong())
                + hex.toHexDigits(random.nextLong());
        var stream = new LogStreamName(version.account(), version.region(), version.logGroup(), name);
        return new EnvironmentLog(version, stream, sink, clock);
    }
}
