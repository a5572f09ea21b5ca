package dev.boda.http;

import dev.boda.http.Patience.Awaited;
import java.time.Duration;

/// What a connection waits for from its client, and how far the client has come with it; whoever takes too long is
/// closed or refused.
///
/// All fields belong to the connection's I/O thread, but for the volatile ones. Methods that other threads call are
/// marked.
final class ClientPace {

    private static final Duration LINGER = Duration.ofSeconds(3);

    private final HttpConnection connection;
    private final DirectChannel channel;
    private final BoundListener listener;
    private final Patience patience = new Patience();
    private long receivedBytes;
    private long droppedBytes;
    private volatile long unreadBytes;

    ClientPace(HttpConnection connection, DirectChannel channel, BoundListener listener) {
        this.connection = connection;
        this.channel = channel;
        this.listener = listener;
    }

    /// So much more of a body has come.
    void received(int bytes) {
        receivedBytes += bytes;
    }

    /// So much more has come that nobody takes, behind the last request. Whether it is enough.
    boolean dropped(int bytes) {
        receivedBytes += bytes;
        droppedBytes += bytes;
        return droppedBytes > listener.limits().droppedBodyBytes();
    }

    /// Any thread: nothing is under way.
    void awaitRequest() {
        patience.await(Awaited.REQUEST, listener.limits().idle());
    }

    /// A request has begun.
    void awaitHead() {
        if (patience.awaited() == Awaited.REQUEST) {
            patience.await(Awaited.HEAD, listener.limits().head());
        }
    }

    /// The client has all the time it wants.
    void awaitNothing() {
        patience.awaitNothing();
    }

    /// A body that nobody reads has yet to come.
    void awaitBody() {
        patience.awaitProgress(listener.limits().bodyPause(), moved());
    }

    /// An answer is larger than what the client takes at once.
    void awaitReading() {
        var out = channel.unsafe().outboundBuffer();
        unreadBytes = out == null ? 0 : out.totalPendingWriteBytes();
        patience.awaitProgress(listener.limits().answerPause(), moved());
        listener.unread(unreadBytes);
    }

    /// It has read everything, or is gone.
    void read() {
        listener.unread(-unreadBytes);
        unreadBytes = 0;
    }

    /// Any thread: how much of its answer the client had not taken at once.
    long unreadBytes() {
        return unreadBytes;
    }

    /// The client has its last answer, or will soon, and may send what it is sending, for a while.
    void awaitEnd() {
        patience.awaitProgress(LINGER, moved());
    }

    /// Grows with every byte of a body that comes and with every byte of an answer that goes.
    private long moved() {
        var out = channel.unsafe().outboundBuffer();
        return out == null ? receivedBytes : receivedBytes - out.totalPendingWriteBytes() + out.currentProgress();
    }

    /// Any thread: ends the wait if it has lasted too long.
    void endIfOverdue(long nowNanos) {
        long passed = patience.passed(nowNanos);
        if (passed != 0) {
            channel.eventLoop().execute(() -> {
                if (patience.is(passed)) {
                    overdue();
                }
            });
        }
    }

    private void overdue() {
        switch (patience.awaited()) {
            case NOTHING -> {}
            case REQUEST -> connection.close();
            case HEAD -> connection.headTooSlow();
            case PROGRESS -> {
                if (!patience.goesOn(moved(), listener.limits().paceBytes())) {
                    connection.tooSlow();
                }
            }
        }
    }

    /// Any thread: whether no request is under way.
    boolean waitsForRequest() {
        return patience.waitsForRequest();
    }

    /// Any thread: since when it waits, in nanoseconds of the JVM's timer.
    long sinceNanos() {
        return patience.sinceNanos();
    }
}
