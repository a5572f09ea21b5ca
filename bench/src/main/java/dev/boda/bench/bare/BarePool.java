package dev.boda.bench.bare;

import dev.boda.http.HttpExchange;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;

/// The runtimes of one name that wait for an event; the one that waits shortest goes first, for its memory is warm.
final class BarePool {

    /// A runtime's request for its next event.
    record Parked(BareRuntimeApi runtime, HttpExchange next) {}

    private final BlockingDeque<Parked> parked = new LinkedBlockingDeque<>();

    void park(Parked runtime) {
        parked.addFirst(runtime);
    }

    Parked take() throws InterruptedException {
        return parked.takeFirst();
    }
}
