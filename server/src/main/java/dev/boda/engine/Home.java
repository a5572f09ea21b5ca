package dev.boda.engine;

/// Where an environment returns to. Called without the environment's monitor, never blocking.
interface Home {

    /// The environment has answered and will soon be idle. Comes before the caller has its answer, so that a caller
    /// who calls again at once finds it.
    void aboutToBeIdle(ExecutionEnvironment environment);

    /// It will not be idle after all: it ended before its answer was over.
    void retract(ExecutionEnvironment environment);

    /// It is idle: past Init, or its runtime asked for more. It may be given an invocation before this returns.
    void idle(ExecutionEnvironment environment);

    /// Whether the environment, which was idle for too long, is nobody's now and must end.
    boolean expire(ExecutionEnvironment environment);

    /// An invocation that its runtime never got: place it elsewhere.
    void undelivered(Placement placement);

    /// What an environment leaves behind for the invocations that wait for one.
    sealed interface Departure {

        /// Nothing.
        record Quiet() implements Departure {}

        /// Init failed ahead of any invocation: the next try is part of one.
        record InitFailed() implements Departure {}

        /// It could not be started at all.
        ///
        /// @param reason what the invocation's caller gets: unavailable, or throttled
        record NotStarted(Exception reason) implements Departure {}
    }
}
