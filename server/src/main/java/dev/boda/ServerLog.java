package dev.boda;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.LoggerFactory;

/// What the server says of itself goes to standard error, a line at a time; standard output has the start lines only.
/// Logback finds this class by its entry in `META-INF/services` and asks it once; no XML is read at a start.
///
/// Whoever logs never waits: a terminal that is paused, or a pipe that nobody reads, must not stop the server. Lines
/// beyond the queue are dropped, and their number is said.
public final class ServerLog extends ContextAwareBase implements Configurator {

    /// The system properties by which [Main] hands the settings over, before the first logger is made.
    static final String LEVEL = "boda.logLevel";

    static final String FORMAT = "boda.logFormat";
    private static final int QUEUE = 4_096;

    /// Asked for by an option of its own, whatever the level.
    private static final String ACCESS = "access";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Encoder<ILoggingEvent> lines =
                System.getProperty(FORMAT, "text").equals("json") ? new JsonLines() : new TextLines();
        lines.setContext(context);
        lines.start();
        var stderr = new ConsoleAppender<ILoggingEvent>();
        stderr.setContext(context);
        stderr.setTarget("System.err");
        stderr.setEncoder(lines);
        stderr.start();
        var unblocking = new Unblocking(context.getLogger(ServerLog.class));
        unblocking.setContext(context);
        unblocking.setName("stderr");
        unblocking.setNeverBlock(true);
        unblocking.setDiscardingThreshold(0);
        unblocking.setQueueSize(QUEUE);
        unblocking.addAppender(stderr);
        unblocking.start();
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getProperty(LEVEL, "info"), Level.INFO));
        root.addAppender(unblocking);
        var netty = context.getLogger("io.netty");
        netty.setLevel(root.getLevel().isGreaterOrEqual(Level.WARN) ? root.getLevel() : Level.WARN);
        netty.setAdditive(false);
        netty.addAppender(started(new HandedOver(unblocking), context));
        context.getLogger(ACCESS).setLevel(Level.INFO);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Appender<ILoggingEvent> started(Appender<ILoggingEvent> appender, LoggerContext context) {
        appender.setContext(context);
        appender.start();
        return appender;
    }

    /// Writes what is still to be written. Nothing is logged afterwards.
    static void end() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }

    /// Lines that I/O threads write. Writing takes locks, which virtual threads take too that only they can carry on.
    private static final class HandedOver extends UnsynchronizedAppenderBase<ILoggingEvent> {

        private final Appender<ILoggingEvent> to;

        private HandedOver(Appender<ILoggingEvent> to) {
            this.to = to;
        }

        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            Thread.startVirtualThread(() -> to.doAppend(event));
        }
    }

    /// Says how many lines it had to leave out, as soon as there is room for one.
    private static final class Unblocking extends AsyncAppender {

        private final Logger own;
        private final ReentrantLock turn = new ReentrantLock();
        // Guarded by turn.
        private long missing;

        private Unblocking(Logger own) {
            this.own = own;
        }

        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            turn.lock();
            try {
                enqueue(event);
            } finally {
                turn.unlock();
            }
        }

        /// One at a time, and never waiting: the room that is found is still there when it is taken.
        private void enqueue(ILoggingEvent event) {
            if (getRemainingCapacity() < (missing == 0 ? 1 : 2)) {
                missing++;
                return;
            }
            if (missing > 0) {
                super.append(new LoggingEvent(
                        ServerLog.class.getName(),
                        own,
                        Level.WARN,
                        "{} lines are missing here: they came faster than they were read",
                        null,
                        new Object[] {missing}));
                missing = 0;
            }
            super.append(event);
        }
    }
}
