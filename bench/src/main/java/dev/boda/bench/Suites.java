package dev.boda.bench;

import dev.boda.bench.Experiment.Label;
import dev.boda.bench.load.Load;
import dev.boda.bench.load.Outgoing;
import dev.boda.bench.load.Request;
import dev.boda.bench.load.SignedRequests;
import dev.boda.bench.load.Target;
import dev.boda.bench.load.UnsignedRequests;
import dev.boda.bench.subject.BareServer;
import dev.boda.bench.subject.BareStart;
import dev.boda.bench.subject.BodaServer;
import dev.boda.bench.subject.Functions;
import dev.boda.bench.subject.Handlers;
import dev.boda.runtime.Runtime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// The experiments, by what they are about. Each adds those of all languages to a list.
final class Suites {

    /// One virtual processor, as AWS gives it.
    static final int WHOLE_PROCESSOR = 1_769;

    private static final int SMALL = 128;
    private static final int KILOBYTE = 1_024;
    private static final int LISTED_FUNCTIONS = 20;

    private final Bench bench;
    private final List<Experiment> all = new ArrayList<>();

    Suites(Bench bench) {
        this.bench = bench;
    }

    List<Experiment> all() {
        return List.copyOf(all);
    }

    /// Calls of idle environments, as fast as the callers are answered, next to the bare loop.
    void warm(List<Integer> callers, List<Integer> payloadBytes) throws IOException {
        for (var runtime : bench.languages().all()) {
            for (int payload : payloadBytes) {
                for (int number : callers) {
                    var name = name(runtime, number, payload);
                    boda("warm, closed loop", name, runtime, WHOLE_PROCESSOR, number, payload, Invocations.CLOSED);
                    bare("warm, closed loop", name, runtime, number, payload, Invocations.CLOSED);
                }
            }
        }
    }

    /// As [#warm] without payload, and without the bare loop.
    void warmWithoutBare(List<Integer> callers) throws IOException {
        for (var runtime : bench.languages().all()) {
            for (int number : callers) {
                boda(
                        "warm, closed loop",
                        name(runtime, number, 0),
                        runtime,
                        WHOLE_PROCESSOR,
                        number,
                        0,
                        Invocations.CLOSED);
            }
        }
    }

    /// The same with other sizes of memory, which are shares of a processor.
    void memory(List<Integer> megabytes) throws IOException {
        for (var runtime : bench.languages().all()) {
            for (int size : megabytes) {
                boda("by memory", name(runtime, 1, 0) + ", " + size + " MB", runtime, size, 1, 0, Invocations.CLOSED);
            }
        }
    }

    void small() throws IOException {
        memory(List.of(SMALL));
    }

    /// Calls on a schedule, at most 64 at once.
    void open(List<Integer> callsPerSecond) throws IOException {
        int most = 64;
        for (var runtime : bench.languages().all()) {
            for (int rate : callsPerSecond) {
                var name = String.format(Locale.ROOT, "%s, %,d calls/s", runtime.id(), rate);
                boda("warm, open loop", name, runtime, WHOLE_PROCESSOR, most, 0, rate);
                bare("warm, open loop", name, runtime, most, 0, rate);
            }
        }
    }

    static String name(Runtime runtime, int callers, int payloadBytes) {
        return runtime.id() + ", " + callers + (callers == 1 ? " caller, " : " callers, ") + bytes(payloadBytes);
    }

    private static String bytes(int number) {
        if (number >= KILOBYTE * KILOBYTE) {
            return number / (KILOBYTE * KILOBYTE) + " MB";
        }
        return number >= KILOBYTE ? number / KILOBYTE + " KB" : number + " B";
    }

    private void boda(
            String group, String name, Runtime runtime, int memory, int callers, int payloadBytes, double rate)
            throws IOException {
        var target = Target.of(bench.boda().url());
        var request = Request.invoke(bench.function(runtime, memory), payload(payloadBytes));
        Supplier<Outgoing> requests = () -> new SignedRequests(request, target, BodaServer.signer("lambda"));
        var load = new Load(target, requests, callers, Duration.ZERO, answerBytes(payloadBytes));
        all.add(new Invocations(
                new Label(group, name, Label.BODA), load, rate, bench.boda().pid()));
    }

    private void bare(String group, String name, Runtime runtime, int callers, int payloadBytes, double rate)
            throws IOException {
        var target = Target.of(bench.bare().url());
        var request = Request.invoke(BareServer.name(runtime, Handlers.HANDLER), payload(payloadBytes));
        Supplier<Outgoing> requests = () -> new UnsignedRequests(request, target);
        var load = new Load(target, requests, callers, Duration.ZERO, answerBytes(payloadBytes));
        all.add(new Invocations(
                new Label(group, name, Label.BARE), load, rate, bench.bare().pid()));
    }

    /// A JSON string of that length in all; nothing at all when it is 0.
    private static byte[] payload(int bytes) {
        var payload = new byte[bytes];
        Arrays.fill(payload, (byte) 'x');
        if (bytes > 0) {
            payload[0] = '"';
            payload[bytes - 1] = '"';
        }
        return payload;
    }

    /// Functions give back their event, and `{}` when they were sent nothing.
    private static int answerBytes(int payloadBytes) {
        return payloadBytes == 0 ? 2 : payloadBytes;
    }

    /// First calls of new functions, next to the start and end of the bare interpreter.
    void cold() throws IOException {
        var functions = bench.functions();
        for (var runtime : bench.languages().all()) {
            OneByOne.Step firstCall = turn -> {
                var name = "cold-" + runtime.language() + "-" + turn;
                functions.create(name, runtime.id(), WHOLE_PROCESSOR);
                long nanos = functions.measure(Request.invoke(name, payload(0)));
                functions.delete(name);
                return nanos;
            };
            all.add(new OneByOne(
                    new Label("cold start", runtime.id() + ", 1,769 MB", Label.BODA),
                    firstCall,
                    OptionalLong.of(bench.boda().pid())));
            var bare = BareStart.of(runtime);
            all.add(new OneByOne(
                    new Label("cold start", runtime.id() + ", 1,769 MB", "interpreter"), _ -> bare.toFirstByte()));
        }
    }

    /// What isolation costs, next to the same without it.
    void isolation() throws IOException {
        all.addAll(new IsolationSuite(bench).all());
    }

    /// Every language.
    void languages() throws IOException, InterruptedException {
        var languages = new LanguagesSuite(bench);
        all.addAll(languages.all());
        languages.missing().forEach(bench::leftOut);
    }

    /// From zero to many.
    void limits() throws IOException {
        all.addAll(new LimitsSuite(bench).all());
    }

    /// Answers as functions write them.
    ///
    /// @param first     of how many callers the first byte is measured
    /// @param readers     how many read streams to their end
    /// @param megabytes of such a stream
    void streams(List<Integer> first, List<Integer> readers, int megabytes) throws IOException {
        var streams = new StreamsSuite(bench);
        streams.firstByte(first);
        streams.flow(readers, megabytes);
        all.addAll(streams.all());
    }

    /// Reads and writes of functions.
    void control() throws IOException {
        var functions = bench.functions();
        var runtime = bench.languages().all().getFirst().id();
        for (int i = 0; i < LISTED_FUNCTIONS; i++) {
            functions.create("listed-" + i, runtime, SMALL);
        }
        for (int callers : List.of(1, 16)) {
            read("GetFunctionConfiguration", Functions.configurationReading("listed-0"), callers);
            read("ListFunctions", Functions.listing(), callers);
        }
        write("CreateFunction", turn -> {
            long nanos = functions.measure(functions.creation("made-" + turn, runtime, SMALL));
            functions.awaitReady("made-" + turn);
            functions.delete("made-" + turn);
            return nanos;
        });
        write("UpdateFunctionConfiguration", turn -> {
            long nanos = functions.measure(Functions.update("listed-0", "turn " + turn));
            functions.awaitReady("listed-0");
            return nanos;
        });
        write("DeleteFunction", turn -> {
            functions.create("gone-" + turn, runtime, SMALL);
            return functions.measure(Functions.deletion("gone-" + turn));
        });
    }

    private void read(String operation, Request request, int callers) {
        var target = Target.of(bench.boda().url());
        Supplier<Outgoing> requests = () -> new SignedRequests(request, target, BodaServer.signer("lambda"));
        var load = new Load(target, requests, callers, Duration.ZERO, Load.ANY);
        var name = operation + ", " + callers + (callers == 1 ? " caller" : " callers");
        all.add(new Invocations(
                new Label("control plane", name, Label.BODA),
                load,
                Invocations.CLOSED,
                bench.boda().pid()));
    }

    private void write(String operation, OneByOne.Step step) {
        all.add(new OneByOne(new Label("control plane", operation + ", 1 caller", Label.BODA), step));
    }
}
