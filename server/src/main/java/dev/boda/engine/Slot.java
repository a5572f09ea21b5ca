package dev.boda.engine;

import java.util.List;

/// The right to run one invocation now, counted in every scope it is in. Freed exactly once.
public final class Slot {

    private final List<ScopeCount> counts;
    // Guarded by this; the counts change with it, so that none is freed before it was announced.
    private State state = State.TAKEN;
    private Runnable afterwards = () -> {};

    private enum State {
        TAKEN,
        ABOUT_TO_BE_FREE,
        FREE
    }

    Slot(List<ScopeCount> counts) {
        this.counts = counts;
    }

    /// The invocation has its answer, so the slot will be freed soon. Does nothing the second time.
    synchronized void aboutToBeFree() {
        if (enter(State.ABOUT_TO_BE_FREE) == State.TAKEN) {
            counts.forEach(ScopeCount::aboutToBeFree);
        }
    }

    /// Also runs `action`, which does not block, when it is free.
    synchronized void whenFree(Runnable action) {
        afterwards = action;
    }

    void free() {
        Runnable action;
        synchronized (this) {
            State before = enter(State.FREE);
            if (before == State.FREE) {
                throw new IllegalStateException("A slot was freed twice");
            }
            counts.forEach(count -> count.free(before == State.ABOUT_TO_BE_FREE));
            action = afterwards;
        }
        action.run();
    }

    private State enter(State next) {
        State before = state;
        if (before.compareTo(next) < 0) {
            state = next;
        }
        return before;
    }
}
