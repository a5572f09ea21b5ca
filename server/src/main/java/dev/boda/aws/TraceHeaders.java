package dev.boda.aws;

import dev.boda.http.HttpHeaders;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// Makes the tracing header of an invocation: the caller's own where it has one, completed; else a new trace. Whether a
/// trace is sampled of which the caller does not say it is for the function's `TracingConfig`: under `Active` AWS asks
/// X-Ray, whose answer here is always yes.
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>
public final class TraceHeaders {

    private static final String ACTIVE = "Active";
    private static final String NAME = "X-Amzn-Trace-Id";
    private static final Pattern ROOT = Pattern.compile("(?i)\\bRoot=(1-[0-9a-f]{8}-[0-9a-f]{24})\\b");
    private static final Pattern PARENT = Pattern.compile("(?i)\\bParent=([0-9a-f]{16})\\b");
    private static final Pattern LINEAGE = Pattern.compile("(?i)\\bLineage=([0-9a-f:|%]+)");
    /// The `|` in it, as botocore's `add_recursion_detection_header` encodes it.
    private static final String ENCODED_BAR = "%7c";

    private static final Pattern SAMPLED = Pattern.compile("(?i)\\bSampled=([01])\\b");

    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param random safe for use by several threads
    public TraceHeaders(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /// `Root=1-…;Parent=…;Sampled=0;Lineage=…`
    ///
    /// @param tracingMode `PassThrough` or `Active`
    /// @param lineage     what Lambda counts loops by: from what the caller sent, the empty string if nothing, to
    ///                    its invocation gets
    public String of(HttpHeaders request, String tracingMode, UnaryOperator<String> lineage) {
        var sent = request.first(NAME).orElse("");
        return "Root=" + find(ROOT, sent).orElseGet(this::newRoot) + ";Parent="
                + find(PARENT, sent).orElseGet(() -> hex(random.nextLong())) + ";Sampled="
                + find(SAMPLED, sent).orElse(tracingMode.equals(ACTIVE) ? "1" : "0") + ";Lineage="
                + lineage.apply(find(LINEAGE, sent).orElse("").replace(ENCODED_BAR, "|"));
    }

    private static Optional<String> find(Pattern part, String header) {
        if (header.isEmpty()) {
            return Optional.empty();
        }
        var matcher = part.matcher(header);
        return matcher.find() ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    private String newRoot() {
        var seconds = hex(clock.instant().getEpochSecond()).substring(8);
        return "1-" + seconds + "-" + hex(random.nextLong())
                + hex(random.nextLong()).substring(8);
    }

    private static String hex(long value) {
        return HexFormat.of().toHexDigits(value);
    }
}
