package dev.boda.os;

import java.util.concurrent.ThreadFactory;

/// Platform threads for what can wait: where several want a processor they get a tenth of what others get, and those go
/// first. What a thread starts inherits that, threads and processes, and an ordinary user cannot take it back: so these
/// start nothing that is to be quick. They hold locks of others for moments only.
public final class Background {

    /// A weight of 110, where the usual one is 1,024. See sched(7) and setpriority(2).
    private static final int NICE = 10;

    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;

    private Background() {}

    /// Daemon threads of this name.
    public static ThreadFactory threads(String name) {
        return task -> thread(name, task);
    }

    /// A daemon thread that is not started yet.
    public static Thread thread(String name, Runnable task) {
        return Thread.ofPlatform().name(name).daemon(true).unstarted(() -> {
            Libc.call(SystemCall.SETPRIORITY, PRIO_PROCESS, CALLING_THREAD, NICE);
            task.run();
        });
    }
}
