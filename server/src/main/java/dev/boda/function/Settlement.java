package dev.boda.function;

import dev.boda.aws.ServiceException;
import dev.boda.code.CodeFolders;
import dev.boda.code.CodeUnusableException;
import dev.boda.store.StoreUnavailableException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The step in the background that finishes the creation or update of a function: it makes sure that the code is
/// unpacked, and says so to the catalogue. What the disk does not allow now is tried again until it does; only code
/// that is gone or damaged makes the change fail.
final class Settlement {

    /// How long a step waits for the disk before it tries again.
    static final long RETRY_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final CodeFolders code;
    private final Executor background;
    private final Executor later;
    private final Finish finish;

    /// Ends a change that was begun.
    @FunctionalInterface
    interface Finish {

        /// @param failure why it failed, if it did
        void end(FunctionRecord begun, Optional<String> failure) throws InterruptedException;
    }

    /// @param background runs the steps; a thread each
    Settlement(CodeFolders code, Executor background, Finish finish) {
        this.code = code;
        this.background = background;
        this.later = CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, background);
        this.finish = finish;
    }

    /// Takes up a change that was begun.
    void begin(FunctionRecord begun) {
        background.execute(() -> step(begun, true));
    }

    private void step(FunctionRecord begun, boolean first) {
        try {
            finish.end(begun, unpack(begun));
        } catch (StoreUnavailableException | IOException e) {
            if (first) {
                LOG.warn(
                        "{} is finished as soon as the disk allows it: {}",
                        begun.name().arn(),
                        e.getMessage());
            }
            later.execute(() -> step(begun, false));
        } catch (ServiceException _) {
            // Others have changed the function for as long as anybody waits for them.
            later.execute(() -> step(begun, false));
        } catch (RuntimeException e) {
            LOG.error(
                    "{} could not be finished; the next start tries again",
                    begun.name().arn(),
                    e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Why the code can never be unpacked, if so.
    private Optional<String> unpack(FunctionRecord begun) throws IOException, InterruptedException {
        try {
            // A folder need not be there before something is run from it.
            if (begun.code().folder().isEmpty()) {
                code.unpacked(begun.code().digest()).close();
            }
            var layers = begun.settings().layers();
            if (!layers.isEmpty()) {
                code.unpacked(LayerUse.digests(layers)).close();
            }
            return Optional.empty();
        } catch (CodeUnusableException e) {
            LOG.error("The code of {} could not be unpacked: {}", begun.name().arn(), e.getMessage());
            return Optional.of("The code package could not be unpacked: " + e.getMessage());
        }
    }
}
