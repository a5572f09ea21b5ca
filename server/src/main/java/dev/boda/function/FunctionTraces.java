package dev.boda.function;

import dev.boda.aws.TraceHeaders;
import dev.boda.http.HttpHeaders;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// The traces of invocations: what their callers sent, continued as the function is configured, with the function
/// counted in their lineage.
public final class FunctionTraces {

    private final TraceHeaders traces;

    /// @param random safe for use by several threads
    public FunctionTraces(InstantSource clock, RandomGenerator random) {
        this.traces = new TraceHeaders(clock, random);
    }

    /// The trace header that an invocation of `version` gets.
    public String of(HttpHeaders request, FunctionVersion version) {
        return traces.of(
                request,
                version.settings().tracingMode(),
                sent -> Lineage.parse(sent).with(version.function()).toString());
    }
}
