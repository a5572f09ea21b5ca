package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import dev.boda.sandbox.Sandbox;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One sandbox with one runtime; where invoker and runtime meet.
///
/// Three kinds of threads come here: callers, who [#offer] an invocation; the runtime's requests, with the verbs of the
/// Runtime API ([#openNext], [#openAnswer], [#fail], [#initFailed]); and the environment's own thread
/// ([EnvironmentLife]), which waits for the limits and does all ending. Whoever else enters SHUTDOWN only says why.
///
/// An invocation in it is placed → delivered (the runtime's `next` has it) → answered (its caller has the answer) →
/// settled (the runtime asked for more: END and REPORT are written, the slot is free, the environment goes home).
public final class ExecutionEnvironment {

    private final EnvironmentPlan plan;
    private final Journal journal;
    private final Home home;
    private final EngineClock clock;
    private final EngineLimits limits;
    /// What the environment's own thread waits for.
    private final Deadline deadline;
    // Guarded by this, all below. Requests that come before the sandbox runs wait on it.
    private Phase phase = Phase.INIT;
    private volatile @Nullable Sandbox sandbox; // read by anybody
    private boolean initialised;
    private final Conversation conversation = new Conversation();
    private @Nullable Ending ending;
    private Sandbox.@Nullable Exit exit;
    private final Age age;
    private final Frost frost = new Frost();

    ExecutionEnvironment(EnvironmentPlan plan, Journal journal, Terms terms) {
        this.plan = plan;
        this.home = terms.home();
        this.clock = terms.clock();
        this.limits = terms.limits();
        this.age = new Age(limits, plan.version().timeoutSeconds(), plan.isDebugged());
        this.journal = journal;
        this.deadline = new Deadline(clock);
    }

    public String id() {
        return plan.id();
    }

    public FunctionVersion version() {
        return plan.version();
    }

    EnvironmentPlan plan() {
        return plan;
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
            // What only trains goes on to weigh little, and is done the sooner.
            if (!plan.isTraining()) {
                beyondInit.limitCpu();
                beyondInit.initialised();
            }
            journal.initialised();
            home.initEnded(this);
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
    public void fail(String id, String errorType, byte[] payload) throws RuntimeRefusedException {
        new Answer(this, beginAnswer(id, "InvocationErrorResponse")).fail(errorType, payload);
    }

    /// The function failed in the invocation `id`, with a report longer than a caller accepts.
    public void failTooLarge(String id, int limitBytes) throws RuntimeRefusedException {
        new Answer(this, beginAnswer(id, "InvocationErrorResponse")).failTooLarge(limitBytes);
    }

    /// The runtime cannot initialise. The environment ends.
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
        Sandbox thawed;
        synchronized (this) {
            parked = conversation.parked();
            thawed = sandbox;
            if (phase != Phase.IDLE || parked == null || thawed == null) {
                return false;
            }
            phase = phase.to(Phase.INVOKE);
            age.used(clock.nanos());
            adopt(offered);
        }
        if (!frost.thaw(thawed)) {
            runtimeGone();
        }
        parked.wake();
        offered.placed();
        return true;
    }

    private synchronized void runtimeGone() {
        end(new Ending.RuntimeGone());
    }

    /// Ends the environment unless it has an invocation.
    synchronized void dismiss() {
        if (phase == Phase.IDLE || (phase == Phase.INIT && !conversation.hasPlacement())) {
            end(new Ending.Unneeded());
        }
    }

    /// No debugger holds it any longer: an invocation in it has its whole timeout from now on.
    synchronized void letGo() {
        dismiss();
        if (phase != Phase.SHUTDOWN) {
            deadline.set(clock.nanos()
                    + Duration.ofSeconds(plan.version().timeoutSeconds()).toNanos());
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
        long now = clock.nanos();
        age.bornAt(now);
        if (first == null) {
            deadline.set(plan.limit(now + limits.init(plan).toNanos()));
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

    /// What the environment's own thread waits for; the methods that follow are for it.
    Deadline deadline() {
        return deadline;
    }

    /// Why the environment must end; null if it need not.
    synchronized @Nullable Ending look() {
        if (exit != null && !conversation.answering()) {
            end(new Ending.Exited(exit));
        } else if (phase != Phase.IDLE && deadline.passed()) {
            end(overdue());
        }
        return ending;
    }

    synchronized boolean hasExited() {
        return exit != null;
    }

    /// What is due if it is idle.
    synchronized Age.Due due() {
        if (phase != Phase.IDLE) {
            return Age.Due.NOTHING;
        }
        var due = age.due(clock.nanos());
        deadline.set(age.next());
        return due;
    }

    /// Lets its processes stand still, if it is idle.
    void freeze(Sandbox own) {
        frost.freeze(own, () -> phase() == Phase.IDLE);
    }

    /// Hands over what is left.
    synchronized Remains takeRemains() {
        long now = clock.nanos();
        return conversation.takeRemains(initialised, now, age.of(now));
    }

    synchronized Phase phase() {
        return phase;
    }

    /// Whether an invocation is in it, be it answered already.
    synchronized boolean busy() {
        return conversation.hasPlacement();
    }

    /// For how many nanoseconds it has been idle, if it is spare after so long; else -1.
    synchronized long spareNanos(Duration idleFor) {
        return age.spareNanos(clock.nanos(), idleFor);
    }

    /// Whether it may be given more invocations, as far as its age goes.
    synchronized boolean young() {
        return age.isYoung(clock.nanos());
    }

    /// What it runs in; null as long as nothing does.
    @Nullable
    Sandbox sandbox() {
        return sandbox;
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
        plan.footprint().initialised(age.of(clock.nanos()));
        if (!conversation.hasPlacement()) {
            journal.initEnded(Duration.ofNanos(age.of(clock.nanos())));
            becomeIdle();
            return true;
        }
        phase = phase.to(Phase.IDLE).to(Phase.INVOKE);
        return false;
    }

    private void becomeIdle() {
        phase = phase.to(Phase.IDLE);
        deadline.set(age.idle(clock.nanos(), limits.keepNanos(plan)));
    }

    private void adopt(Placement adopted) {
        conversation.adopt(adopted);
        deadline.set(plan.limit(adopted.begin(journal.log())));
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
