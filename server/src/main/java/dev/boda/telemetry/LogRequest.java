package dev.boda.telemetry;

import dev.boda.store.LogBatch;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Something that somebody waits for: batches to write, or a change. Done by the log writer.
///
/// @param batches asked once, just before they would be written
/// @param change  done once they are
record LogRequest<T extends @Nullable Object>(
        Supplier<List<LogBatch>> batches, Callable<T> change, CompletableFuture<T> outcome) {

    /// The batches to write; none if that cannot be said, which whoever waits is told.
    List<LogBatch> wanted() {
        try {
            return batches.get();
        } catch (RuntimeException | Error e) {
            outcome.completeExceptionally(e);
            return List.of();
        }
    }

    void run() {
        try {
            outcome.complete(change.call());
        } catch (Exception | Error e) {
            outcome.completeExceptionally(e);
        }
    }
}
