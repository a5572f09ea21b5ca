package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import dev.boda.sandbox.Sandbox;
import java.time.Duration;
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
    /// What the environment's own thread waits for.
    private final Deadline deadline;
    // Guarded by this, all below. Requests that come before the sandbox runs wait on it.
    private Phase phase = Phase.INIT;
    private @Nullable Sandbox sandbox;
    private boolean initialised;
    private final Conversation conversation = new Conversation();
    private @Nullable Ending ending;
    private Sandbox.@Nullable Exit exit;
    private long bornAt;
    private long idleSince;

    ExecutionEnvironment(
            String id, FunctionVersion version, Journal journal, Home home, EngineClock clock, EngineLimits limits) {
        this.id = id;
        this.version = version;
        this.journal = journal;
        this.home = home;
        this.clock = clock;
        this.limits = limits;
        this.deadline = new Deadline(clock);
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
        Conversation.Answered answered;
        boolean idle;
        Sandbox beyondInit;
        synchronized (this) {
            park(request);
            beyondInit = phase == Phase.INIT ? sandbox : null;
            idle = phase == Phase.INIT && endInit();
            answered = conversation.takeAnswered();
            if (answered != null) {
                deadline.set(EngineClock.NEVER);
            }
        }
        if (beyondInit != null) {
            beyondInit.limitCpu();
            journal.measure();
        }
        if (answered != null) {
            settle(answered);
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

    /// The function failed in the invocation `id`, with a report longer than a caller accepts.
    public void failTooLarge(String id, int limitBytes) throws RuntimeRefusedException {
        new Answer(this, beginAnswer(id, "InvocationErrorResponse")).failTooLarge(limitBytes);
    }

    /// The runtime cannot initialise. The environment ends.
    ///
    /// @param payload the runtime's report, as it came
    public synchronized void initFailed(String errorType, byte[] payload) throws RuntimeRefusedException {
        requireOpen();
        if (phase != Phase.INIT) {
            throw RuntimeRefusedException.invalidTransition(conversation.state(), "InitError");
        }
        end(new Ending.InitFailed(errorType, payload));
    }

    NextRequest.Event await(NextRequest request) throws RuntimeRefusedException, InterruptedException {
        var delivered = awaitDelivery(request);
        journal.start(delivered);
        return new NextRequest.Event(delivered.invocation(), delivered.deadlineMillis());
    }

    private Placement awaitDelivery(NextRequest request) throws RuntimeRefusedException, InterruptedException {
        while (true) {
            synchronized (this) {
                if (!conversation.hasParked(request) || phase == Phase.SHUTDOWN || conversation.isOpen()) {
                    requireOpen();
                    return conversation.deliver(request);
                }
                request.willSleep();
            }
            request.sleep();
        }
    }

    synchronized void abandon(NextRequest request) {
        if (phase != Phase.SHUTDOWN && conversation.letGo(request)) {
            end(new Ending.RuntimeGone());
        }
    }

    private synchronized Placement beginAnswer(String id, String to) throws RuntimeRefusedException {
        requireOpen();
        return conversation.beginAnswer(id, to);
    }

    /// The answer is over: the caller has the result when this returns, unless he waits for the log.
    void answered(Placement placed, InvocationResult result) throws RuntimeRefusedException {
        placed.slot().aboutToBeFree();
        home.aboutToBeIdle(this);
        if (!takeAnswer(placed, result)) {
            home.retract(this);
            throw RuntimeRefusedException.closed();
        }
        if (!placed.invocation().tail()) {
            placed.complete(result);
        }
    }

    private synchronized boolean takeAnswer(Placement placed, InvocationResult result) {
        boolean taken = conversation.endAnswer(placed, result, phase != Phase.SHUTDOWN);
        if (exit != null) {
            deadline.wake();
        }
        return taken;
    }

    private void settle(Conversation.Answered settled) {
        long askedAt = clock.nanos();
        boolean drained = false;
        try {
            journal.drain();
            drained = true;
        } finally {
            goHome(settled, askedAt, drained);
        }
    }

    /// @param usable whether the environment may have more invocations; otherwise it ends
    private void goHome(Conversation.Answered settled, long askedAt, boolean usable) {
        var placement = settled.placement();
        byte[] tail = journal.settled(placement, settled.answer(), askedAt);
        boolean idle;
        synchronized (this) {
            if (!usable) {
                end(new Ending.RuntimeGone());
            }
            idle = phase == Phase.INVOKE;
            if (idle) {
                becomeIdle();
            }
        }
        placement.slot().free();
        if (idle) {
            home.idle(this);
        }
        placement.complete(FunctionErrors.withTail(settled.answer(), tail));
    }

    /// Takes the invocation, if the environment is idle and its runtime waits for one.
    boolean offer(Placement offered) {
        NextRequest parked;
        synchronized (this) {
            parked = conversation.parked();
            if (phase != Phase.IDLE || parked == null) {
                return false;
            }
            phase = phase.to(Phase.INVOKE);
            adopt(offered);
        }
        parked.wake();
        offered.placed();
        return true;
    }

    /// Ends the environment unless it has an invocation.
    synchronized void dismiss() {
        if (phase == Phase.IDLE || (phase == Phase.INIT && !conversation.hasPlacement())) {
            end(new Ending.Unneeded());
        }
    }

    /// Ends the environment, whatever it does.
    ///
    /// @param why for whoever waits for its invocation
    synchronized void close(String why) {
        end(new Ending.Closed(why));
    }

    /// Init begins; if it is part of an invocation, under the function's timeout.
    synchronized void beginInit(@Nullable Placement first) {
        bornAt = clock.nanos();
        if (first == null) {
            deadline.set(bornAt + limits.init().toNanos());
        } else {
            adopt(first);
        }
    }

    /// The sandbox runs; until now its requests were held back.
    synchronized void started(Sandbox running) {
        sandbox = running;
        notifyAll();
    }

    /// The sandbox's first process has ended. An answer under way may end first.
    synchronized void exited(Sandbox.Exit how) {
        exit = how;
        if (conversation.answering()) {
            deadline.set(clock.nanos() + limits.lastWords().toNanos());
        } else {
            end(new Ending.Exited(how));
        }
        deadline.wake();
    }

    /// Waits until the environment must end. Called by the environment's own thread, as are the two that follow.
    Ending awaitEnding() {
        while (true) {
            var why = look();
            if (why != null) {
                return why;
            }
            deadline.await();
            if (idleTooLong() && home.expire(this)) {
                dismiss();
            }
        }
    }

    /// Waits a bounded time for the first process to end by itself.
    void awaitExit() {
        deadline.set(clock.nanos() + limits.lastWords().toNanos());
        while (!hasExited() && !deadline.passed()) {
            deadline.await();
        }
    }

    /// Hands over what is left.
    synchronized Remains takeRemains() {
        long now = clock.nanos();
        return conversation.takeRemains(initialised, now, now - bornAt);
    }

    synchronized Phase phase() {
        return phase;
    }

    /// Whether an invocation is in it, be it answered already.
    synchronized boolean busy() {
        return conversation.hasPlacement();
    }

    /// When it became idle the last time, for eviction in order.
    synchronized long idleSince() {
        return idleSince;
    }

    /// Whether it may be given more invocations, as far as its age goes.
    synchronized boolean young() {
        return clock.nanos() - bornAt < limits.lifetime().toNanos();
    }

    private synchronized boolean hasExited() {
        return exit != null;
    }

    private synchronized @Nullable Ending look() {
        if (exit != null && !conversation.answering()) {
            end(new Ending.Exited(exit));
        } else if (phase != Phase.IDLE && deadline.passed()) {
            end(overdue());
        }
        return ending;
    }

    /// Whether nobody came for too long; asked again only after as long a time.
    private synchronized boolean idleTooLong() {
        boolean tooLong = phase == Phase.IDLE && deadline.passed();
        if (tooLong) {
            deadline.set(clock.nanos() + limits.idle().toNanos());
        }
        return tooLong;
    }

    // With the monitor held, all below.

    private void park(NextRequest request) throws RuntimeRefusedException {
        boolean interrupted = false;
        while (phase == Phase.INIT && sandbox == null) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        requireOpen();
        conversation.park(request);
    }

    /// Whether the environment is idle now; otherwise Init was part of the invocation that is in it.
    private boolean endInit() {
        initialised = true;
        if (!conversation.hasPlacement()) {
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

    private void adopt(Placement adopted) {
        conversation.adopt(adopted);
        deadline.set(adopted.begin(journal.log()));
    }

    private void end(Ending why) {
        if (ending == null) {
            ending = why;
            phase = phase.to(Phase.SHUTDOWN);
            notifyAll();
            conversation.wake();
            deadline.wake();
        }
    }

    /// Why the environment ends now that its deadline has passed.
    private Ending overdue() {
        if (exit != null) {
            return new Ending.Exited(exit);
        }
        return phase == Phase.INIT && !conversation.hasPlacement() ? new Ending.InitTimedOut() : new Ending.TimedOut();
    }

    private void requireOpen() throws RuntimeRefusedException {
        if (phase == Phase.SHUTDOWN) {
            throw RuntimeRefusedException.closed();
        }
    }
}
