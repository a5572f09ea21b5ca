package dev.boda.engine;

/// A runtime that asks for its next invocation. Belongs to the thread that opened it, except [#abandon()].
public final class NextRequest {

    private final ExecutionEnvironment environment;

    NextRequest(ExecutionEnvironment environment) {
        this.environment = environment;
    }

    /// What the runtime gets.
    ///
    /// @param deadlineMillis when the function's timeout passes, in milliseconds since 1970
    public record Event(Invocation invocation, long deadlineMillis) {}

    /// Blocks until there is an invocation. Refuses when the environment ends, when this request was abandoned, or when
    /// the runtime has asked again since.
    public Event await() throws RuntimeRefusedException, InterruptedException {
        return environment.await(this);
    }

    /// The runtime's connection is gone: no event can reach it through this request, or the one that [#await()]
    /// returned did not get through whole. The environment ends; an invocation that was on its way goes to another
    /// one. May be called from any thread, also an I/O thread: it does not block.
    public void abandon() {
        environment.abandon(this);
    }
}
