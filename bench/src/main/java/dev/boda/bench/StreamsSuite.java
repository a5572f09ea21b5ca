package dev.boda.bench;

import dev.boda.bench.Experiment.Label;
import dev.boda.bench.load.Load;
import dev.boda.bench.load.Outgoing;
import dev.boda.bench.load.Request;
import dev.boda.bench.load.SignedRequests;
import dev.boda.bench.load.Target;
import dev.boda.bench.load.UnsignedRequests;
import dev.boda.bench.subject.BareServer;
import dev.boda.bench.subject.BodaServer;
import dev.boda.bench.subject.Handlers;
import dev.boda.runtime.Runtime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// Answers that are sent as functions write them: how soon they begin, next to whole answers, and how fast they go.
final class StreamsSuite {

    /// A whole answer in the place of a stream.
    static final String BUFFERED = "buffered";

    private static final String FIRST_BYTE = "first byte";
    private static final String STREAMED = "streamed";

    /// How long a function keeps its stream open behind the first byte, and a caller of whole answers waits as long:
    /// both call as often.
    private static final Duration OPEN = Duration.ofMillis(20);

    private static final int EMPTY_ANSWER = 2;
    private static final int MEGABYTE = 1_024 * 1_024;

    private final Bench bench;
    private final List<Experiment> all = new ArrayList<>();

    StreamsSuite(Bench bench) {
        this.bench = bench;
    }

    List<Experiment> all() {
        return List.copyOf(all);
    }

    void firstByte(List<Integer> callers) throws IOException {
        for (var runtime : bench.languages().all()) {
            for (int number : callers) {
                var name = name(runtime, number);
                var event = event(EMPTY_ANSWER, OPEN);
                var streamed = Request.invokeStreamed(function(runtime), event);
                boda(new Label(FIRST_BYTE, name, Label.BODA), streamed, number, EMPTY_ANSWER, Duration.ZERO);
                var whole = Request.invoke(bench.function(runtime, Suites.WHOLE_PROCESSOR), new byte[0]);
                boda(new Label(FIRST_BYTE, name, BUFFERED), whole, number, EMPTY_ANSWER, OPEN);
                bare(FIRST_BYTE, name, runtime, number, EMPTY_ANSWER, OPEN);
            }
        }
    }

    void flow(List<Integer> callers, int megabytes) throws IOException {
        int bytes = megabytes * MEGABYTE;
        for (var runtime : bench.languages().all()) {
            for (int number : callers) {
                var name = name(runtime, number) + ", " + megabytes + " MB";
                var streamed = Request.invokeStreamed(function(runtime), event(bytes, Duration.ZERO));
                boda(new Label(STREAMED, name, Label.BODA), streamed, number, bytes, Duration.ZERO);
                bare(STREAMED, name, runtime, number, bytes, Duration.ZERO);
            }
        }
    }

    private static String name(Runtime runtime, int callers) {
        var client = runtime.language().equals("python") ? ", own runtime client, " : ", ";
        return runtime.id() + client + callers + (callers == 1 ? " caller" : " callers");
    }

    private String function(Runtime runtime) throws IOException {
        return bench.function(runtime, Handlers.STREAMING, Suites.WHOLE_PROCESSOR);
    }

    private static byte[] event(int bytes, Duration open) {
        return String.format(Locale.ROOT, "{\"bytes\":%d,\"openMillis\":%d}", bytes, open.toMillis())
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Streams.Until until(Label label) {
        return label.group().equals(FIRST_BYTE) ? Streams.Until.FIRST_BYTE : Streams.Until.END;
    }

    private void boda(Label label, Request request, int callers, int bytes, Duration pause) {
        var target = Target.of(bench.boda().url());
        Supplier<Outgoing> requests = () -> new SignedRequests(request, target, BodaServer.signer("lambda"));
        var load = new Load(target, requests, callers, Duration.ZERO, bytes);
        all.add(new Streams(label, load, until(label), pause, bench.boda().pid()));
    }

    private void bare(String group, String name, Runtime runtime, int callers, int bytes, Duration open) {
        var target = Target.of(bench.bare().url());
        var request = Request.invokeStreamed(BareServer.name(runtime, Handlers.STREAMING), event(bytes, open));
        Supplier<Outgoing> requests = () -> new UnsignedRequests(request, target);
        var load = new Load(target, requests, callers, Duration.ZERO, bytes);
        var label = new Label(group, name, Label.BARE);
        all.add(new Streams(
                label, load, until(label), Duration.ZERO, bench.bare().pid()));
    }
}
