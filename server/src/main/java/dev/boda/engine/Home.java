package dev.boda.engine;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where an environment comes from and returns to. Called without the environment's monitor, never blocking.
interface Home {

    /// Why there must not be this environment, which has not started yet; empty if it may start.
    Optional<EnvironmentUnavailableException> refusal(ExecutionEnvironment environment);

    /// Whether an environment that has not started yet still has somebody to be started for.
    boolean stillNeeded(ExecutionEnvironment environment);

    /// Takes the invocation that has waited longest for the start of an environment, for this one's Init to be part
    /// of it; null if none waits any more.
    @Nullable
    Placement takeWaiting(ExecutionEnvironment environment);

    /// Its Init is over, and it may have an invocation already.
    void initEnded(ExecutionEnvironment environment);

    /// It has been idle for a while: it may be ended for another.
    void idleForAWhile();

    /// The environment has answered and will soon be idle. Comes before the caller has its answer, so that a caller
    /// who calls again at once finds it.
    void aboutToBeIdle(ExecutionEnvironment environment);

    /// It will not be idle after all: it ended before its answer was over.
    void retract(ExecutionEnvironment environment);

    /// It is idle: past Init, or its runtime asked for more. It may be given an invocation before this returns.
    void idle(ExecutionEnvironment environment);

    /// It has used so much memory at once, more than before.
    void used(ExecutionEnvironment environment, long bytes);

    /// It was idle for too long, and ends unless it has an invocation again.
    void expire(ExecutionEnvironment environment);

    /// An invocation that its runtime never got: place it elsewhere.
    void undelivered(Placement placement);

    /// Nothing is left of it.
    void ended(ExecutionEnvironment environment, Departure departure);

    /// What an environment leaves behind for the invocations that wait for one.
    sealed interface Departure {

        /// Nothing.
        record Quiet() implements Departure {}

        /// Init failed ahead of any invocation: the next try is part of one.
        record InitFailed() implements Departure {}

        /// Init failed as part of an invocation.
        ///
        /// @param tell ends another invocation in the same way
        record InitFailedAgain(Consumer<Placement> tell) implements Departure {

            /// However it goes with one, the others are told.
            void tellOrRefuse(Placement placement) {
                try {
                    tell.accept(placement);
                } catch (RuntimeException e) {
                    if (placement.running()) {
                        placement.refuse(new EnvironmentUnavailableException("The function's Init failed", e));
                    }
                }
            }
        }

        /// It could not be started at all.
        ///
        /// @param reason what the invocation's caller gets: unavailable, or throttled
        record NotStarted(Exception reason) implements Departure {}
    }
}
