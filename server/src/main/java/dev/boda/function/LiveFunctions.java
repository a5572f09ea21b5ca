package dev.boda.function;

import dev.boda.aws.ServiceException;
import dev.boda.store.StoreUnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Functions whose code is a folder of this machine: when that changes, their environments are replaced as after an
/// update, the idle ones now and the busy ones when they finish.
public final class LiveFunctions {

    private static final Logger LOG = LoggerFactory.getLogger(LiveFunctions.class);

    private final FunctionCatalog catalog;
    private final Executor background;
    private final Executor later;

    /// @param background runs the changes; a thread each
    public LiveFunctions(FunctionCatalog catalog, Executor background) {
        this.catalog = catalog;
        this.background = background;
        this.later = CompletableFuture.delayedExecutor(Settlement.RETRY_MILLIS, TimeUnit.MILLISECONDS, background);
    }

    /// Something in the folder is another. Does not block.
    ///
    /// @param folder as the functions name it
    public void changed(String folder) {
        for (var function : catalog.runningFrom(folder)) {
            background.execute(() -> renew(function, folder));
        }
    }

    private void renew(FunctionName function, String folder) {
        try {
            if (!catalog.exists(function)) {
                return;
            }
            // Stamped when it is this change's turn: ids of snapshots are in the order of the changes.
            catalog.amend(
                    function,
                    its -> its.runsFrom(folder) ? its.renewed(catalog.stamps().version()) : its);
            LOG.info("{} runs what is in {} now", function.arn(), folder);
        } catch (StoreUnavailableException | ServiceException e) {
            // The disk is full, others change the function, or it is no more.
            LOG.warn("{} runs what was in {} before, until {} is tried again", function.arn(), folder, e.getMessage());
            later.execute(() -> renew(function, folder));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
