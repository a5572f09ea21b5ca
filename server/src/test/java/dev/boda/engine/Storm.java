package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;

import dev.boda.engine.InvocationResult.FunctionError;
import dev.boda.engine.QuotaSource.Share;
import dev.boda.function.FunctionVersion;
import dev.boda.function.ReservedConcurrency;
import dev.boda.function.Snapshots;
import dev.boda.telemetry.metrics.FunctionMeter.Reading;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// One storm over an engine of fakes: callers of a few versions, runtimes that misbehave, time that jumps, versions
/// retired, callers who hang up, processes killed. Then calm, and the invariants of ARCHITECTURE.md.
///
/// The seed fixes what is done, not how the threads interleave.
final class Storm {

    private static final int VERSIONS = 3;
    private static final int TIMEOUT_SECONDS = 3;
    private static final int UNRESERVED = -1;

    /// Of a function that has concurrency reserved for it, now and then; the others are versions of another.
    private static final FunctionVersion HELD = held();

    private final Random random;
    private final Engine engine;
    private final List<Call> calls = new ArrayList<>();
    private final Set<String> hungUp = ConcurrentHashMap.newKeySet();
    private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, String> deliveredTo = new ConcurrentHashMap<>();
    private final boolean reservationStays;
    private volatile int reserved;

    Storm(long seed) {
        this.random = new Random(seed);
        this.reservationStays = seed % 3 == 0;
        this.reserved = reservationStays ? random.nextInt(4) : UNRESERVED;
        int concurrency = 1 + random.nextInt(12);
        int environments = 1 + random.nextInt(12);
        this.engine = new Engine(
                n -> new Unruly(seed * 31 + n)::run,
                Engine.LIMITS.with(its -> {
                    its.openEnvironments = environments;
                    its.startsAtOnce = seed % 3 == 0 ? 1 + random.nextInt(3) : 1_000;
                    its.startTurn = Duration.ofMillis(200);
                    its.memoryBytes = seed % 4 == 0 ? (64L + random.nextInt(400)) << 20 : Long.MAX_VALUE;
                    its.quickAtOnce = seed % 2 == 0 ? 1 : EngineLimits.DEFAULT.quickAtOnce();
                }),
                slots -> version -> shares(version, concurrency, slots));
    }

    private static FunctionVersion held() {
        var like = Engine.version("held", TIMEOUT_SECONDS);
        return Snapshots.of(
                like.id(),
                like.account(),
                like.region(),
                "held",
                like.version(),
                like.runtime(),
                like.handler(),
                like.role(),
                like.codeDigest(),
                like.architecture(),
                like.timeoutSeconds(),
                like.memoryMegabytes(),
                like.temporaryMegabytes(),
                like.environment());
    }

    private List<Share> shares(FunctionVersion version, int concurrency, ProvisionedSlots slots) {
        int now = reserved;
        return version.name().equals(HELD.name()) && now != UNRESERVED
                ? List.of(new Share(new Scope.Function(version.function()), now))
                : QuotaSource.all(new ReservedConcurrency(concurrency, 0), slots)
                        .shares(version);
    }

    /// @return how many invocations there were
    int run() {
        try (engine) {
            int steps = 30 + random.nextInt(40);
            for (int i = 0; i < steps; i++) {
                step();
                checkReserved();
            }
            calm();
            check();
        }
        checkNothingLeft();
        return calls.size();
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 55) {
            int which = random.nextInt(VERSIONS + 1);
            var version = which == VERSIONS ? HELD : Engine.version("v" + which, TIMEOUT_SECONDS);
            String payload = String.valueOf(random.nextInt());
            calls.add(new Call(engine, Engine.invocation(version, payload, random.nextInt(4) == 0), 64));
        } else if (dice < 65) {
            engine.clock.advance(Duration.ofMillis(random.nextInt(25)));
        } else if (dice < 70) {
            engine.clock.advance(Duration.ofMillis(random.nextInt(11_000)));
        } else if (dice < 72) {
            engine.clock.advance(Duration.ofMinutes(11));
        } else if (dice < 78 && !calls.isEmpty()) {
            var call = calls.get(random.nextInt(calls.size()));
            hungUp.add(call.invocation().requestId());
            call.hangUp();
        } else if (dice < 82) {
            int which = random.nextInt(VERSIONS + 1);
            engine.pool.retire(which == VERSIONS ? HELD.id() : "v" + which);
        } else if (dice < 86) {
            var live = engine.sandboxes.live();
            if (!live.isEmpty()) {
                live.get(random.nextInt(live.size())).kill(random.nextBoolean());
            }
        } else if (dice < 88) {
            engine.sandboxes.failStarts(1 + random.nextInt(2));
        } else if (dice < 91) {
            reserved = reservationStays ? reserved : random.nextInt(5) - 1;
        } else {
            pause();
        }
    }

    /// Lets the other threads run, a random while.
    private void pause() {
        LockSupport.parkNanos(random.nextInt(200_000));
    }

    /// No more calls; time passes until nothing runs, and each environment has its sandbox. A start that nobody needs
    /// any more may still be on its way, and ends by itself.
    private void calm() {
        engine.sandboxes.failStarts(0);
        var patience = new int[1];
        eventually("calm; slots taken: " + engine.slots(), () -> {
            if (patience[0]++ % 4 == 0) {
                engine.clock.advance(Duration.ofSeconds(1));
            }
            return engine.slots() == 0
                    && calls.stream().allMatch(Call::over)
                    && engine.pool.idle() == engine.pool.open()
                    && engine.sandboxes.live().size() == engine.pool.open();
        });
    }

    /// A function never runs more at once than is reserved for it.
    private void checkReserved() {
        int runs = engine.limiter.taken(new Scope.Function(HELD.function()));
        require(!reservationStays || runs <= reserved, runs + " run, and " + reserved + " are reserved");
    }

    private void check() {
        require(violations.isEmpty(), violations.toString());
        for (var call : calls) {
            checkResult(call);
        }
        checkLog();
        checkCounts();
    }

    /// Every result was counted once, as what it was; of those whose caller hung up nobody knows the result.
    private void checkCounts() {
        long hungUpCalls = calls.stream()
                .filter(call -> call.outcome() instanceof InterruptedException)
                .count();
        long errors = calls.stream()
                .filter(call -> call.outcome() instanceof FunctionError)
                .count();
        long results = errors
                + calls.stream()
                        .filter(call -> call.outcome() instanceof InvocationResult.Success)
                        .count();
        long throttles = calls.stream()
                .filter(call -> call.outcome() instanceof ThrottledException)
                .count();
        require(
                counted(Reading::invocations) >= results && counted(Reading::invocations) <= results + hungUpCalls,
                "counted " + counted(Reading::invocations) + " of " + results + " results and " + hungUpCalls
                        + " hung up");
        require(
                counted(Reading::errors) >= errors && counted(Reading::errors) <= errors + hungUpCalls,
                "counted " + counted(Reading::errors) + " of " + errors + " errors and " + hungUpCalls + " hung up");
        require(
                counted(Reading::throttles) == throttles,
                "counted " + counted(Reading::throttles) + " of " + throttles + " throttles");
    }

    private long counted(ToLongFunction<Reading> what) {
        return engine.meters.read().values().stream().mapToLong(what).sum();
    }

    private void checkResult(Call call) {
        var outcome = call.outcome();
        String id = call.invocation().requestId();
        switch (outcome) {
            case InvocationResult.Success success -> {
                require(
                        call.text().equals(new String(call.invocation().payload(), StandardCharsets.UTF_8)),
                        "another's answer for " + id);
                require(call.invocation().tail() == (success.logTail() != null), "tail of " + id);
            }
            case FunctionError error ->
                require(
                        error.payload() != null
                                || error.errorMessage().contains(id)
                                || error.errorType().equals("Function.ResponseSizeTooLarge")
                                || error.errorType().equals("Runtime.TruncatedResponse"),
                        "another's error for " + id);
            case ThrottledException throttled ->
                require(
                        !reservationStays || throttled.limit().isPresent() || throttled.reason() == reasonFor(call),
                        "throttled for another's reason: " + throttled.reason());
            case EnvironmentUnavailableException _ -> {}
            case InterruptedException _ -> require(hungUp.contains(id), "interrupted: " + id);
            default -> throw new AssertionError("Unexpected: " + outcome);
        }
    }

    private static ThrottledException.Reason reasonFor(Call call) {
        var version = call.invocation().version();
        return version.name().equals(HELD.name())
                ? ThrottledException.Reason.RESERVED_FUNCTION_CONCURRENT_INVOCATION_LIMIT_EXCEEDED
                : ThrottledException.Reason.CONCURRENT_INVOCATION_LIMIT_EXCEEDED;
    }

    /// Every START has its END and REPORT.
    private void checkLog() {
        var lines = engine.log.stream().collect(Collectors.groupingBy(line -> line.replaceAll("[ \t].*\\R?", "")));
        int starts = lines.getOrDefault("START", List.of()).size();
        require(starts == lines.getOrDefault("END", List.of()).size(), "START without END");
        require(starts == lines.getOrDefault("REPORT", List.of()).size(), "START without REPORT");
    }

    private void checkNothingLeft() {
        var slots = engine.limiter.takenByScope();
        require(slots.values().stream().allMatch(taken -> taken == 0), "slots taken after the end: " + slots);
        require(engine.sandboxes.live().isEmpty(), "sandboxes after the end");
        require(engine.sandboxes.openAddresses() == 0, "addresses after the end");
        require(engine.credentialsOut.get() == 0, "credentials after the end: " + engine.credentialsOut);
        require(engine.foldersOut.get() == 0, "code folders after the end: " + engine.foldersOut);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /// A runtime that answers mostly, and misbehaves in every way it can.
    private final class Unruly {

        private final Random dice;

        Unruly(long seed) {
            this.dice = new Random(seed);
        }

        void run(FakeRuntime runtime) throws Exception {
            runtime.sandbox().peak((4L + dice.nextInt(124)) << 20);
            init(runtime);
            while (true) {
                var invocation = runtime.next();
                String payload = new String(invocation.payload(), StandardCharsets.UTF_8);
                var before = deliveredTo.put(
                        invocation.requestId(), runtime.environment().id());
                if (before != null && before.equals(runtime.environment().id())) {
                    violations.add("delivered twice: " + invocation.requestId());
                }
                switch (dice.nextInt(24)) {
                    case 0 -> runtime.hang();
                    case 1 -> throw FakeRuntime.exit(dice.nextInt(3));
                    case 2 -> runtime.fail(invocation, "E", "{}");
                    case 3 -> answerTwice(runtime, invocation, payload);
                    case 4 -> {
                        runtime.answer(invocation, payload);
                        runtime.hang();
                    }
                    case 5 -> {
                        runtime.answer(invocation, payload);
                        throw FakeRuntime.exit(0);
                    }
                    case 6 -> tooLong(runtime, invocation);
                    case 7 ->
                        runtime.environment()
                                .openAnswer(invocation.requestId(), "text/plain", true)
                                .truncated();
                    case 8 -> {
                        mustRefuse(() -> runtime.answer("not-" + invocation.requestId(), "no"));
                        runtime.answer(invocation, payload);
                    }
                    default -> runtime.answer(invocation, payload);
                }
            }
        }

        private void init(FakeRuntime runtime) throws Exception {
            switch (dice.nextInt(16)) {
                case 0 -> runtime.hang();
                case 1 -> throw FakeRuntime.exit(1);
                case 2 -> {
                    runtime.initFailed("Runtime.ImportModuleError", "{}");
                    throw FakeRuntime.exit(1);
                }
                default -> {}
            }
        }

        private void answerTwice(FakeRuntime runtime, Invocation invocation, String payload) throws Exception {
            runtime.answer(invocation, payload);
            mustRefuse(() -> runtime.answer(invocation, "twice"));
        }

        private void tooLong(FakeRuntime runtime, Invocation invocation) throws Exception {
            try {
                runtime.answer(invocation, "x".repeat(100));
                if (!hungUp.contains(invocation.requestId())) {
                    violations.add("too long, and accepted: " + invocation.requestId());
                }
            } catch (ResponseTooLargeException e) {
                runtime.print("too long\n");
            }
        }

        private void mustRefuse(FailureTest.Verb verb) throws Exception {
            boolean refused = false;
            try {
                verb.run();
            } catch (RuntimeRefusedException e) {
                refused = true;
            }
            if (!refused) {
                violations.add("a verb that must be refused was not");
            }
        }
    }
}
