package dev.boda.engine;

import dev.boda.sandbox.Sandbox.Exit;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The process inside a [FakeSandbox]: a script on a virtual thread that speaks the Runtime API's verbs.
final class FakeRuntime {

    /// What a runtime does from its start to its end; returning is exit status 0.
    @FunctionalInterface
    interface Script {
        void run(FakeRuntime runtime) throws Exception;
    }

    /// The process ends itself.
    static final class Exited extends Exception {

        private final transient Exit how;

        Exited(Exit how) {
            this.how = how;
        }
    }

    private final ExecutionEnvironment environment;
    private final FakeSandbox sandbox;
    private final CountDownLatch dead = new CountDownLatch(1);
    private volatile @Nullable NextRequest parked;

    FakeRuntime(ExecutionEnvironment environment, FakeSandbox sandbox) {
        this.environment = environment;
        this.sandbox = sandbox;
    }

    ExecutionEnvironment environment() {
        return environment;
    }

    FakeSandbox sandbox() {
        return sandbox;
    }

    boolean alive() {
        return dead.getCount() > 0 && !sandbox.hasExited();
    }

    /// Asks for work and waits for it.
    Invocation next() throws Exception {
        return nextEvent().invocation();
    }

    NextRequest.Event nextEvent() throws Exception {
        live();
        var request = environment.openNext();
        parked = request;
        try {
            live();
            var event = request.await();
            awaitThaw();
            if (dead.getCount() == 0) {
                request.abandon();
                throw new Exited(new Exit.Signal(9));
            }
            return event;
        } finally {
            parked = null;
        }
    }

    /// A process that stands still sees nothing, whatever has arrived for it.
    private void awaitThaw() {
        while (sandbox.frozen() && alive()) {
            LockSupport.parkNanos(10_000);
        }
    }

    void answer(Invocation invocation, String text) throws Exception {
        answer(invocation.requestId(), text);
    }

    void answer(String requestId, String text) throws Exception {
        live();
        var answer = environment.openAnswer(requestId, "application/json", false);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        answer.write(bytes, 0, bytes.length);
        answer.complete();
    }

    void fail(Invocation invocation, String errorType, String payload) throws Exception {
        live();
        environment.fail(invocation.requestId(), errorType, payload.getBytes(StandardCharsets.UTF_8));
    }

    void initFailed(String errorType, String payload) throws Exception {
        live();
        environment.initFailed(errorType, payload.getBytes(StandardCharsets.UTF_8));
    }

    void print(String text) {
        sandbox.output().raw(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    static Exited exit(int status) {
        return new Exited(new Exit.Status(status));
    }

    /// Does nothing until it is killed.
    void hang() throws Exception {
        dead.await();
        throw new Exited(new Exit.Signal(9));
    }

    /// Answers every invocation with the same, once it is let.
    static Script answering(String text, CountDownLatch release) {
        return runtime -> {
            while (true) {
                var invocation = runtime.next();
                release.await();
                runtime.answer(invocation, text);
            }
        };
    }

    /// Answers every invocation with its own payload, for ever.
    static void echo(FakeRuntime runtime) throws Exception {
        while (true) {
            var invocation = runtime.next();
            runtime.answer(invocation, new String(invocation.payload(), StandardCharsets.UTF_8));
        }
    }

    /// The process is no more: as with a real one, its parked request is let go.
    void die() {
        dead.countDown();
        var request = parked;
        if (request != null) {
            request.abandon();
        }
    }

    void run(Script script) {
        Exit how = new Exit.Status(0);
        try {
            script.run(this);
        } catch (Exited e) {
            how = e.how;
        } catch (RuntimeRefusedException e) {
            how = new Exit.Status(1);
        } catch (Exception e) {
            how = new Exit.Status(2); // whatever the server answered with a 500, too
        }
        sandbox.exited(how);
    }

    private void live() throws Exited {
        if (dead.getCount() == 0) {
            throw new Exited(new Exit.Signal(9));
        }
    }
}
