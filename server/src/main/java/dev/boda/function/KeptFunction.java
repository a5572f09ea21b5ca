package dev.boda.function;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A function in memory, as it is until another row, or none, takes its place.
final class KeptFunction {

    private final FunctionTable.Row row;
    private final CompletableFuture<Boolean> superseded = new CompletableFuture<>();

    KeptFunction(FunctionTable.Row row) {
        this.row = row;
    }

    FunctionTable.Row row() {
        return row;
    }

    FunctionRecord function() {
        return row.function();
    }

    /// Something else is in its place now.
    void supersede() {
        superseded.complete(true);
    }

    /// Whether something else is in its place, at the latest when `limit` has passed.
    boolean awaitSuperseded(Duration limit) throws InterruptedException {
        try {
            return superseded.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("A row is superseded, that does not fail", e);
        }
    }
}
