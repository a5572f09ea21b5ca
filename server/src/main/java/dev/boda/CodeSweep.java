package dev.boda;

import dev.boda.code.CodeStore;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionName;
import dev.boda.function.LayerCatalog;
import dev.boda.store.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes, now and then, the code that no function has or runs and no layer holds any more, and what was counted of
/// functions that are no more. On a thread of its own.
final class CodeSweep implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CodeSweep.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final ScheduledExecutorService thread;

    private CodeSweep(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    /// Sweeps once, and then until it is closed.
    ///
    /// @param counts are told which functions there are
    static CodeSweep start(
            CodeStore code,
            FunctionCatalog catalog,
            LayerCatalog layers,
            List<Consumer<Predicate<FunctionName>>> counts) {
        var sweep = new CodeSweep(Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("code-sweep").factory()));
        Runnable once = () -> {
            counts.forEach(count -> count.accept(catalog::exists));
            try {
                code.retain(() -> layers.codeInUse(catalog::codeInUse));
            } catch (StoreUnavailableException failure) {
                LOG.warn("Code that nobody needs is not removed now; it is tried again: {}", failure.getMessage());
            } catch (RuntimeException failure) {
                LOG.error("Code that nobody needs could not be removed; it is tried again", failure);
            }
        };
        once.run();
        var _ = sweep.thread.scheduleWithFixedDelay(once, PAUSE.toSeconds(), PAUSE.toSeconds(), TimeUnit.SECONDS);
        return sweep;
    }

    @Override
    public void close() {
        thread.close();
    }
}
