package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import dev.boda.sandbox.Sandbox;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One sandbox with one runtime; where invoker and runtime meet.
///
/// Three kinds of threads come here: callers, who [#offer] an invocation; the runtime's requests, with the verbs of the
/// Runtime API ([#openNext], [#openAnswer], [#fail], [#initFailed]); and the environment's own thread
/// ([EnvironmentLife]), which waits in [#awaitEnding] for the limits and does all ending. Whoever else enters SHUTDOWN
/// only says why.
///
/// An invocation in it is placed → delivered (the runtime's `next` has it) → answered (its caller has the answer) →
/// settled (the runtime asked for more: END and REPORT are written, the slot is free, the environment goes home).
public final class ExecutionEnvironment {

    private final String id;
    private final FunctionVersion version;
    private final Journal journal;
    private final Home home;
    private final EngineClock clock;
    private final EngineLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    /// A request of the runtime must look again.
    private final Condition given = lock.newCondition();
    // Guarded by lock, all below.
    private Phase phase = Phase.INIT;
    private boolean started;
    private @Nullable NextRequest parked;
    private @Nullable NextRequest deliveredTo;
    private @Nullable Placement placement;
    private @Nullable InvocationResult answer;
    private boolean answering;
    private @Nullable String requestId;
    private @Nullable Ending ending;
    private Sandbox.@Nullable Exit exit;
    private volatile long bornAt;
    private long idleSince;
    private boolean initialised;
    private final Deadline deadline;

    ExecutionEnvironment(
            String id, FunctionVersion version, Journal journal, Home home, EngineClock clock, EngineLimits limits) {
        this.id = id;
        this.version = version;
        this.journal = journal;
        this.home = home;
        this.clock = clock;
        this.limits = limits;
        this.deadline = new Deadline(clock, lock);
    }

    /// Unique on this machine.
    public String id() {
        return id;
    }

    public FunctionVersion version() {
        return version;
    }

    Journal journal() {
        return journal;
    }

    /// The runtime asks for work. The first time ends Init; after an answer it settles the invocation. Asking again
    /// while parked replaces the parked request, and asking again before answering gets the same event again, as on
    /// AWS.
    public NextRequest openNext() throws RuntimeRefusedException {
        var request = new NextRequest(this);
        Placement settled = null;
        InvocationResult result = null;
        boolean idle = false;
        lock.lock();
        try {
            while (phase == Phase.INIT && !started) {
                given.awaitUninterruptibly();
            }
            requireOpen();
            if (answering) {
                throw RuntimeRefusedException.invalidTransition(runtimeState(), "Ready");
            }
            parked = request;
            given.signalAll();
            if (phase == Phase.INIT) {
                idle = endInit();
            } else if (answer != null) {
                settled = placement;
                result = answer;
                placement = null;
                answer = null;
                deadline.set(EngineClock.NEVER);
            }
        } finally {
            lock.unlock();
        }
        if (settled != null && result != null) {
            settle(settled, result);
        } else if (idle) {
            home.idle(this);
        }
        return request;
    }

    /// The runtime begins its answer to the invocation `id`.
    ///
    /// @param streamed whether it asked for streaming
    public Answer openAnswer(String id, String contentType, boolean streamed) throws RuntimeRefusedException {
        var opened = new Answer(this, beginAnswer(id, "InvocationResponse"));
        opened.begin(contentType, streamed);
        return opened;
    }

    /// The function failed in the invocation `id`, and the runtime says how.
    ///
    /// @param payload the runtime's report, as it came
    public void fail(String id, String errorType, byte[] payload) throws RuntimeRefusedException {
        new Answer(this, beginAnswer(id, "InvocationErrorResponse")).fail(errorType, payload);
    }

    /// The runtime cannot initialise. The environment ends.
    ///
    /// @param payload the runtime's report, as it came
    public void initFailed(String errorType, byte[] payload) throws RuntimeRefusedException {
        lock.lock();
        try {
            requireOpen();
            if (phase != Phase.INIT) {
                throw RuntimeRefusedException.invalidTransition(runtimeState(), "InitError");
            }
            end(new Ending.InitFailed(errorType, payload));
        } finally {
            lock.unlock();
        }
    }

    NextRequest.Event await(NextRequest request) throws RuntimeRefusedException, InterruptedException {
        Placement delivered;
        lock.lock();
        try {
            while (placement == null || answer != null || parked != request) {
                if (phase == Phase.SHUTDOWN || parked != request) {
                    throw RuntimeRefusedException.closed();
                }
                given.await();
            }
            requireOpen();
            delivered = placement;
            deliveredTo = request;
            parked = null;
            requestId = delivered.invocation().requestId();
        } finally {
            lock.unlock();
        }
        journal.start(delivered);
        return new NextRequest.Event(delivered.invocation(), delivered.deadlineMillis());
    }

    void abandon(NextRequest request) {
        lock.lock();
        try {
            boolean onItsWay = deliveredTo == request && placement != null && answer == null && !answering;
            if (phase != Phase.SHUTDOWN && (parked == request || onItsWay)) {
                deliveredTo = null;
                end(new Ending.RuntimeGone());
            }
        } finally {
            lock.unlock();
        }
    }

    private Placement beginAnswer(String id, String to) throws RuntimeRefusedException {
        lock.lock();
        try {
            requireOpen();
            if (!id.equals(requestId)) {
                throw RuntimeRefusedException.invalidRequestId();
            }
            if (placement == null || deliveredTo == null || answering || answer != null) {
                throw RuntimeRefusedException.invalidTransition(runtimeState(), to);
            }
            answering = true;
            return placement;
        } finally {
            lock.unlock();
        }
    }

    /// The answer is over: the caller has the result when this returns, unless he waits for the log.
    void answered(Placement placed, InvocationResult result) throws RuntimeRefusedException {
        placed.slot().aboutToBeFree();
        home.aboutToBeIdle(this);
        boolean first;
        lock.lock();
        try {
            first = phase != Phase.SHUTDOWN && placement == placed;
            answering = false;
            if (first) {
                answer = result;
            }
            if (exit != null) {
                deadline.wake();
            }
        } finally {
            lock.unlock();
        }
        if (!first) {
            home.retract(this);
            throw RuntimeRefusedException.closed();
        }
        if (!placed.invocation().tail()) {
            placed.complete(result);
        }
    }

    private void settle(Placement settled, InvocationResult result) {
        byte[] tail = journal.settle(settled, clock.nanos());
        boolean idle;
        lock.lock();
        try {
            idle = phase == Phase.INVOKE;
            if (idle) {
                becomeIdle();
            }
        } finally {
            lock.unlock();
        }
        settled.slot().free();
        if (idle) {
            home.idle(this);
        }
        settled.complete(FunctionErrors.withTail(result, tail));
    }

    /// Whether the environment is idle now; otherwise it was started for an invocation, which is parked's.
    private boolean endInit() {
        initialised = true;
        if (placement == null) {
            journal.initEnded(Duration.ofNanos(clock.nanos() - bornAt));
            becomeIdle();
            return true;
        }
        phase = phase.to(Phase.IDLE).to(Phase.INVOKE);
        return false;
    }

    private void becomeIdle() {
        phase = phase.to(Phase.IDLE);
        idleSince = clock.nanos();
        deadline.set(idleSince + limits.idle().toNanos());
    }

    /// Takes the invocation, if the environment is idle and its runtime waits for one.
    boolean offer(Placement offered) {
        lock.lock();
        try {
            if (phase != Phase.IDLE || parked == null) {
                return false;
            }
            phase = phase.to(Phase.INVOKE);
            adopt(offered);
            given.signalAll();
        } finally {
            lock.unlock();
        }
        offered.placed();
        return true;
    }

    /// Ends the environment unless it has an invocation.
    void dismiss() {
        lock.lock();
        try {
            if (phase == Phase.IDLE || (phase == Phase.INIT && placement == null)) {
                end(new Ending.Unneeded());
            }
        } finally {
            lock.unlock();
        }
    }

    /// Ends the environment, whatever it does.
    void close() {
        lock.lock();
        try {
            end(new Ending.Closed());
        } finally {
            lock.unlock();
        }
    }

    /// Init begins; if it is part of an invocation, under the function's timeout.
    void beginInit(@Nullable Placement first) {
        lock.lock();
        try {
            bornAt = clock.nanos();
            if (first == null) {
                deadline.set(bornAt + limits.init().toNanos());
            } else {
                adopt(first);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The sandbox runs; until now its requests were held back.
    void started() {
        lock.lock();
        try {
            started = true;
            given.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The sandbox's first process has ended. An answer under way may end first.
    void exited(Sandbox.Exit how) {
        lock.lock();
        try {
            exit = how;
            if (answering) {
                deadline.set(clock.nanos() + limits.lastWords().toNanos());
            } else {
                end(new Ending.Exited(how));
            }
            deadline.wake();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the environment must end. Called by the environment's own thread only.
    Ending awaitEnding() {
        while (true) {
            lock.lock();
            try {
                while (ending == null && (phase != Phase.IDLE || !deadline.passed())) {
                    if (exit != null && !answering) {
                        end(new Ending.Exited(exit));
                    } else if (deadline.passed()) {
                        end(overdue());
                    } else {
                        deadline.await();
                    }
                }
                if (ending != null) {
                    return ending;
                }
                deadline.set(clock.nanos() + limits.idle().toNanos());
            } finally {
                lock.unlock();
            }
            if (home.expire(this)) {
                dismiss();
            }
        }
    }

    /// What the environment still has when it must end.
    ///
    /// @param at          when it ended, on the engine's clock
    /// @param delivered   whether the runtime got the invocation
    /// @param initialised whether Init was over
    record Remains(
            @Nullable Placement placement,
            @Nullable InvocationResult answer,
            boolean delivered,
            boolean initialised,
            long at,
            Duration age) {}

    /// Hands over what is left, to the environment's own thread.
    Remains takeRemains() {
        lock.lock();
        try {
            long now = clock.nanos();
            var remains = new Remains(
                    placement, answer, deliveredTo != null, initialised, now, Duration.ofNanos(now - bornAt));
            placement = null;
            return remains;
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the end of the first process, a bounded time: it is about to end by itself.
    void awaitExit() {
        lock.lock();
        try {
            deadline.set(clock.nanos() + limits.lastWords().toNanos());
            while (exit == null && !deadline.passed()) {
                deadline.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /// When it became idle the last time, for eviction in order.
    long idleSince() {
        lock.lock();
        try {
            return idleSince;
        } finally {
            lock.unlock();
        }
    }

    /// Whether it may be given more invocations, as far as its age goes.
    boolean young() {
        return clock.nanos() - bornAt < limits.lifetime().toNanos();
    }

    // With lock held, all below.

    private void adopt(Placement adopted) {
        placement = adopted;
        answer = null;
        deliveredTo = null;
        deadline.set(adopted.begin());
    }

    private void end(Ending why) {
        if (ending == null) {
            ending = why;
            phase = phase.to(Phase.SHUTDOWN);
            given.signalAll();
        }
        deadline.wake();
    }

    /// Why the environment ends now that its deadline has passed.
    private Ending overdue() {
        if (exit != null) {
            return new Ending.Exited(exit);
        }
        return phase == Phase.INIT && placement == null ? new Ending.InitTimedOut() : new Ending.TimedOut();
    }

    private void requireOpen() throws RuntimeRefusedException {
        if (phase == Phase.SHUTDOWN) {
            throw RuntimeRefusedException.closed();
        }
    }

    /// In AWS's names.
    private String runtimeState() {
        if (phase == Phase.INIT) {
            return "Started";
        }
        if (answering) {
            return "InvocationResponse";
        }
        return answer == null ? "Ready" : "ResponseSent";
    }
}
