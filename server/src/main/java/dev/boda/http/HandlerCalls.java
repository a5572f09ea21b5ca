package dev.boda.http;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls a listener's handler, each time on a virtual thread of its own: an I/O thread runs nothing of a handler
/// itself, which could take locks that are held by threads that it carries, and would then wait for ever.
record HandlerCalls(HttpHandler handler, HandlerThreads threads) {

    private static final Logger LOG = LoggerFactory.getLogger(HandlerCalls.class);
    private static final int LARGEST_BRIEF_BYTES = 64 * 1024;

    /// On the I/O thread `loop`.
    void handle(ConnectionExchange exchange, EventLoop loop) {
        boolean brief = exchange.hasBodyWithin(LARGEST_BRIEF_BYTES) && handler.isBrief(exchange);
        if (brief) {
            exchange.carried();
        }
        var chosen = brief ? threads.carriedBy(loop) : threads.ordinary();
        chosen.newThread(() -> run(exchange)).start();
    }

    /// Runs what a handler wants done when its client has gone, and whatever else takes locks or logs.
    void tell(Runnable action) {
        threads.ordinary().newThread(action).start();
    }

    /// Tells the handler of a client that was turned away.
    ///
    /// @param answer takes what the handler adds to the client's answer
    void tell(Refusal refusal, Consumer<HttpHeaders> answer) {
        tell(() -> answer.accept(added(refusal)));
    }

    private HttpHeaders added(Refusal refusal) {
        try {
            return handler.refused(refusal);
        } catch (RuntimeException broken) {
            LOG.error("A handler failed on {}", refusal, broken);
            return HttpHeaders.EMPTY;
        }
    }

    private void run(ConnectionExchange exchange) {
        try {
            handler.handle(exchange);
        } catch (BodyTooLargeException _) {
            failed(exchange, 413);
        } catch (SlowClientException _) {
            failed(exchange, 408);
        } catch (NoRoomException _) {
            failed(exchange, 503);
        } catch (MalformedBodyException _) {
            failed(exchange, 400);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            failed(exchange, 503);
        } catch (Throwable broken) {
            if (exchange.open()) {
                LOG.error("A handler failed on {} {}", exchange.method(), exchange.rawPath(), broken);
            }
            failed(exchange, 500);
        } finally {
            exchange.received().readerDone();
        }
    }

    private static void failed(ConnectionExchange exchange, int status) {
        if (exchange.answered()) {
            exchange.abort();
            return;
        }
        try {
            exchange.respond(status, HttpHeaders.EMPTY, new byte[0]);
        } catch (ClosedChannelException _) {
            LOG.debug("The client of a failed request has gone");
        } catch (IOException | IllegalStateException late) {
            LOG.debug("A failed request was answered meanwhile", late);
        }
    }
}
