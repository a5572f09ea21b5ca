package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.function.FunctionVersion;
import dev.boda.function.LambdaErrors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DebuggingTest {

    private static final Duration DAY = Duration.ofDays(1);

    private final List<String> ends = new CopyOnWriteArrayList<>();
    private final AtomicInteger delivered = new AtomicInteger();
    private final AtomicReference<FunctionVersion> current = new AtomicReference<>(Engine.version());

    private DebugSession debug(Engine engine) {
        var target = new DebugSession.Target(Engine.version().functionArn(), "$LATEST", false, current::get);
        return engine.pool.debugging().open(target, ends::add).orElseThrow();
    }

    /// Answers once it is let, and tells when it has something to answer.
    private FakeRuntime.Script held(CountDownLatch release) {
        return runtime -> {
            while (true) {
                var invocation = runtime.next();
                delivered.incrementAndGet();
                release.await();
                runtime.answer(invocation, "late");
            }
        };
    }

    private void delivered(int invocations) {
        eventually("delivered: " + invocations, () -> delivered.get() == invocations);
    }

    private static void startedAhead(Engine engine, int environments) {
        eventually(
                "started: " + environments,
                () -> engine.sandboxes.started() == environments && engine.pool.idle() == environments);
    }

    @Test
    void anEnvironmentThatListensIsThereBeforeTheFirstInvocationAndStays() {
        try (var engine = Engine.of(FakeRuntime::echo);
                var _ = debug(engine)) {
            startedAhead(engine, 1);
            var spec = engine.sandboxes.get(0).spec();
            assertThat(spec.environment().get("_BODA_DEBUGGER")).startsWith("127.0.0.1:");
            engine.clock.advance(DAY);
            assertThat(engine.invoke("x")).isEqualTo("x");
            assertThat(engine.sandboxes.started()).isEqualTo(1);
            assertThat(engine.sandboxes.get(0).frozen()).isFalse();
        }
    }

    @Test
    void anInvocationHasNoTimeout() {
        var release = new CountDownLatch(1);
        try (var engine = Engine.of(held(release));
                var _ = debug(engine)) {
            var call = engine.call("x");
            delivered(1);
            engine.clock.advance(DAY);
            assertThat(call.over()).isFalse();
            release.countDown();
            assertThat(call.answer()).isEqualTo("late");
        }
    }

    @Test
    void initHasNoLimit() {
        var release = new CountDownLatch(1);
        try (var engine = Engine.of(runtime -> {
                    release.await();
                    FakeRuntime.echo(runtime);
                });
                var _ = debug(engine)) {
            eventually("Init goes on", () -> engine.sandboxes.started() == 1);
            engine.clock.advance(DAY);
            release.countDown();
            assertThat(engine.invoke("x")).isEqualTo("x");
            assertThat(engine.sandboxes.started()).isEqualTo(1);
        }
    }

    @Test
    void invocationsWaitForTheirTurnInOneEnvironment() {
        var release = new CountDownLatch(1);
        try (var engine = Engine.of(held(release));
                var _ = debug(engine)) {
            startedAhead(engine, 1);
            var calls = IntStream.range(0, 5).mapToObj(_ -> engine.call("x")).toList();
            delivered(1);
            engine.clock.advance(DAY);
            assertThat(delivered).hasValue(1);
            assertThat(engine.slots()).as("those that wait take none").isEqualTo(1);
            release.countDown();
            assertThat(calls.stream().map(Call::answer)).containsOnly("late");
            assertThat(engine.sandboxes.started()).isEqualTo(1);
        }
    }

    @Test
    void otherVersionsKeepTheirTimeout() {
        var release = new CountDownLatch(1);
        try (var engine = Engine.of(held(release));
                var _ = debug(engine)) {
            var latest = Engine.version("v7", 3);
            var published = new FunctionVersion("v7", latest.function(), "7", latest.settings(), latest.code());
            var call = new Call(engine, Engine.invocation(published, "x", false));
            delivered(1);
            engine.clock.advance(Duration.ofSeconds(4));
            assertThat(call.error().errorType()).isEqualTo("Sandbox.Timedout");
        }
    }

    @Test
    void afterwardsTheFunctionsOwnEnvironmentIsUsedAgain() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            assertThat(engine.invoke("before")).isEqualTo("before");
            var session = debug(engine);
            startedAhead(engine, 2);
            assertThat(engine.invoke("meanwhile")).isEqualTo("meanwhile");
            session.close();
            engine.quiet();
            eventually("its environment has ended", () -> engine.pool.open() == 1);
            assertThat(engine.invoke("after")).isEqualTo("after");
            assertThat(engine.sandboxes.started()).isEqualTo(2);
            assertThat(ends).containsExactly("Debugging has ended");
        }
    }

    @Test
    void whatRunsWhenItEndsHasItsWholeTimeoutFromThen() {
        var release = new CountDownLatch(1);
        try (var engine = Engine.of(held(release))) {
            var session = debug(engine);
            var call = engine.call("x");
            delivered(1);
            var waiting = engine.call("x");
            engine.clock.advance(DAY);
            session.close();
            delivered(2);
            assertThat(call.over()).isFalse();
            engine.clock.advance(Duration.ofSeconds(4));
            assertThat(call.error().errorType()).isEqualTo("Sandbox.Timedout");
            assertThat(waiting.error().errorType()).isEqualTo("Sandbox.Timedout");
            release.countDown();
            engine.quiet();
        }
    }

    @Test
    void anInitThatIsHeldEndsWithIt() {
        try (var engine = Engine.of(FakeRuntime::hang)) {
            var session = debug(engine);
            eventually("Init goes on", () -> engine.sandboxes.started() == 1);
            session.close();
            eventually("it has ended", () -> engine.pool.open() == 0);
        }
    }

    @Test
    void anUpdateMeetsANewEnvironmentThatListens() {
        try (var engine = Engine.of(FakeRuntime::echo);
                var _ = debug(engine)) {
            startedAhead(engine, 1);
            current.set(Engine.version("v2", 3));
            engine.pool.retire("v1");
            eventually("another one instead", () -> engine.sandboxes.started() == 2 && engine.pool.open() == 1);
            assertThat(engine.sandboxes.get(1).variables()).containsKey("_BODA_DEBUGGER");
            assertThat(new Call(engine, Engine.invocation(current.get(), "x", false)).answer())
                    .isEqualTo("x");
            assertThat(engine.sandboxes.started()).isEqualTo(2);
        }
    }

    @Test
    void whatWaitedWhenAnUpdateCameRunsInItsEnvironmentOneAtATime() {
        var answers = new Semaphore(0);
        try (var engine = Engine.of(runtime -> {
                    while (true) {
                        var invocation = runtime.next();
                        delivered.incrementAndGet();
                        answers.acquire();
                        runtime.answer(invocation, listens(runtime.sandbox()));
                    }
                });
                var _ = debug(engine)) {
            startedAhead(engine, 1);
            var first = engine.call("x");
            delivered(1);
            var waiting = IntStream.range(0, 3).mapToObj(_ -> engine.call("x")).toList();
            current.set(Engine.version("v2", 3));
            engine.pool.retire("v1");
            eventually("another one", () -> engine.sandboxes.started() == 2 && engine.pool.idle() == 1);
            answers.release();
            delivered(2);
            engine.clock.advance(DAY);
            assertThat(engine.slots()).as("those that wait take none").isEqualTo(1);
            assertThat(delivered).hasValue(2);
            answers.release(3);
            assertThat(first.answer()).isEqualTo(listens(engine.sandboxes.get(0)));
            assertThat(waiting.stream().map(Call::answer)).containsOnly(listens(engine.sandboxes.get(1)));
        }
    }

    @Test
    void anUpdateWhoseIdIsLessThanTheLastIsOneLikeAnother() {
        try (var engine = Engine.of(FakeRuntime::echo);
                var _ = debug(engine)) {
            startedAhead(engine, 1);
            current.set(Engine.version("a0", 3));
            assertThat(new Call(engine, Engine.invocation(current.get(), "x", false)).answer())
                    .isEqualTo("x");
            engine.pool.retire("v1");
            assertThat(engine.sandboxes.get(1).variables()).containsKey("_BODA_DEBUGGER");
            assertThat(engine.invoke("late")).isEqualTo("late");
            assertThat(engine.sandboxes.started()).isEqualTo(2);
        }
    }

    @Test
    void whereAllConcurrencyIsProvisionedInvocationsTakeOfThat() {
        try (var engine = new Engine(_ -> FakeRuntime::echo, Engine.LIMITS, 1)) {
            engine.pool.provisioned().allocate(Engine.version(), 1);
            eventually("provisioned", () -> engine.pool.idle() == 1);
            try (var _ = debug(engine)) {
                startedAhead(engine, 2);
                assertThat(engine.invoke("x")).isEqualTo("x");
                engine.quiet();
                assertThat(engine.invoke("y")).isEqualTo("y");
            }
        }
    }

    @Test
    void itEndsWithTheFunction() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            var target = new DebugSession.Target(Engine.version().functionArn(), "$LATEST", false, () -> {
                if (engine.sandboxes.started() == 0) {
                    return Engine.version();
                }
                throw LambdaErrors.functionNotFound(Engine.version().functionArn());
            });
            var _ = engine.pool.debugging().open(target, ends::add).orElseThrow();
            startedAhead(engine, 1);
            engine.pool.retire("v1");
            eventually("it has ended", () -> !ends.isEmpty() && engine.pool.open() == 0);
            assertThat(ends).singleElement().asString().contains("Function not found");
        }
    }

    @Test
    void aFunctionIsDebuggedByOneAtATime() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            var session = debug(engine);
            var target = new DebugSession.Target(Engine.version().functionArn(), "$LATEST", false, current::get);
            assertThat(engine.pool.debugging().open(target, ends::add)).isEmpty();
            session.close();
            assertThat(engine.pool.debugging().open(target, ends::add)).isPresent();
        }
    }

    @Test
    void aDebuggerIsConnectedToTheFunctionsOwn() throws Exception {
        try (var engine = Engine.of(FakeRuntime::echo);
                var session = debug(engine)) {
            startedAhead(engine, 1);
            try (var its = listening(engine, 0);
                    var connected = session.connect()) {
                assertThat(connected.getRemoteAddress()).isEqualTo(its.getLocalSocketAddress());
            }
        }
    }

    @Test
    void aDebuggerThatComesWhenTheEnvironmentHasEndedMeetsANewOne() throws Exception {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            var session = debug(engine);
            startedAhead(engine, 1);
            engine.sandboxes.get(0).kill(false);
            eventually("it has ended", () -> engine.pool.open() == 0);
            var connecting = new CompletableFuture<SocketChannel>();
            Thread.ofVirtual().start(() -> {
                try {
                    connecting.complete(session.connect());
                } catch (IOException | InterruptedException e) {
                    connecting.completeExceptionally(e);
                }
            });
            eventually("another one", () -> engine.sandboxes.started() == 2);
            try (var its = listening(engine, 1);
                    var connected = connecting.get(10, TimeUnit.SECONDS)) {
                assertThat(connected.getRemoteAddress()).isEqualTo(its.getLocalSocketAddress());
            }
            session.close();
        }
    }

    @Test
    void nobodyIsConnectedAfterwards() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            var session = debug(engine);
            session.close();
            assertThatThrownBy(session::connect).isInstanceOf(IOException.class).hasMessage("The session has ended");
        }
    }

    /// Listens where the runtime of the n-th sandbox was told to.
    private static ServerSocket listening(Engine engine, int sandbox) throws IOException {
        var address = listens(engine.sandboxes.get(sandbox));
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        return new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"));
    }

    private static String listens(FakeSandbox sandbox) {
        return String.valueOf(sandbox.variables().get("_BODA_DEBUGGER"));
    }
}
