package dev.boda.function;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/// Which functions were invoked because of one event, and how often: the `Lineage` of the `X-Amzn-Trace-Id` header. A
/// function gets it with its invocation, AWS's SDKs hand it on when they call a service, and whoever invokes a function
/// because of that call counts it in. What is counted ends with the chain of calls; nobody keeps it.
///
/// Written as `REQUESTS:HASH:AGAIN`: how many invocations there were, and a hash of the function with how often it was
/// invoked again. That is what functions see on AWS since 2024, where a chain has one function. Where it has more, each
/// has its own `HASH:AGAIN`, with `|` between, as in AWS's older and only documented form, which is read, too; how the
/// newer one counts several functions is not known.
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>,
/// <https://github.com/open-telemetry/opentelemetry-dotnet-contrib/pull/2480>
///
/// @param requests invocations in the chain, at most 255
/// @param visits   in the order in which the functions were first invoked
public record Lineage(int requests, List<Visit> visits) {

    /// How often AWS runs a function in a chain before it stops it, approximately.
    static final int INVOCATIONS = 16;

    /// As many functions as keep the whole header within the 256 characters that X-Ray gives it. Of more, those are
    /// forgotten that came back least.
    static final int FUNCTIONS = 14;

    private static final int MOST_REQUESTS = 255;
    private static final int MOST_AGAIN = 32_767;
    private static final String NAME = "Lineage=";
    private static final String VISIT = "[0-9a-f]{8}:[0-9]{1,5}";
    private static final Pattern FORM =
            Pattern.compile("(?:([0-9]{1,3}):)?(" + VISIT + "(?:\\|" + VISIT + "){0," + (FUNCTIONS - 1) + "})");
    private static final int HASH_CHARACTERS = 8;
    private static final Lineage NONE = new Lineage(0, List.of());

    public Lineage {
        visits = List.copyOf(visits);
    }

    /// A function in a chain.
    ///
    /// @param again how often it was invoked after the first time
    public record Visit(String hash, int again) {

        @Override
        public String toString() {
            return hash + ":" + again;
        }
    }

    /// That of a whole header. One that is not well formed says nothing.
    public static Lineage of(String traceHeader) {
        int start = traceHeader.indexOf(NAME);
        if (start < 0) {
            return NONE;
        }
        int end = traceHeader.indexOf(';', start);
        return parse(traceHeader.substring(start + NAME.length(), end < 0 ? traceHeader.length() : end));
    }

    /// What stands behind `Lineage=`.
    public static Lineage parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return NONE;
        }
        var visits = new ArrayList<Visit>();
        for (var each : matcher.group(2).split("\\|", -1)) {
            int again = Integer.parseInt(each.substring(HASH_CHARACTERS + 1));
            visits.add(new Visit(each.substring(0, HASH_CHARACTERS), Math.min(again, MOST_AGAIN)));
        }
        int requests = Optional.ofNullable(matcher.group(1))
                .map(Integer::parseInt)
                .orElseGet(() ->
                        visits.stream().mapToInt(visit -> visit.again() + 1).sum());
        return new Lineage(Math.min(requests, MOST_REQUESTS), visits);
    }

    /// The same with one more invocation, of this function.
    public Lineage with(FunctionName function) {
        var hash = hash(function);
        var next = new ArrayList<Visit>();
        boolean counted = false;
        for (var visit : visits) {
            boolean its = !counted && visit.hash().equals(hash);
            next.add(its ? new Visit(hash, Math.min(visit.again() + 1, MOST_AGAIN)) : visit);
            counted |= its;
        }
        if (!counted) {
            if (next.size() == FUNCTIONS) {
                next.remove(least(next));
            }
            next.add(new Visit(hash, 0));
        }
        return new Lineage(Math.min(requests + 1, MOST_REQUESTS), next);
    }

    private static int least(List<Visit> visits) {
        int least = 0;
        for (int i = 1; i < visits.size(); i++) {
            if (visits.get(i).again() < visits.get(least).again()) {
                least = i;
            }
        }
        return least;
    }

    /// How often this function was invoked in the chain.
    public int invocations(FunctionName function) {
        var hash = hash(function);
        return visits.stream()
                .filter(visit -> visit.hash().equals(hash))
                .mapToInt(visit -> visit.again() + 1)
                .findFirst()
                .orElse(0);
    }

    /// Whether this function was invoked so often that AWS takes the chain for a loop.
    public boolean isLoop(FunctionName function) {
        return invocations(function) > INVOCATIONS;
    }

    private static String hash(FunctionName function) {
        var checksum = new CRC32();
        checksum.update(function.arn().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits(checksum.getValue(), HASH_CHARACTERS);
    }

    @Override
    public String toString() {
        return requests + ":" + visits.stream().map(Visit::toString).collect(Collectors.joining("|"));
    }
}
