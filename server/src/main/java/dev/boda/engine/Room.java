package dev.boda.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The room that a machine has for environments, of all versions together: so many, and so much memory. An environment
/// counts with what its version's [Footprint] says, at each moment.
///
/// Where there is none, idle environments are ended, and whoever needs it waits, functions one after the other. Whoever
/// is first is overtaken by those only who fit where it could not, even if all had ended that are idle.
final class Room {

    private final EngineClock clock;
    private final int places;
    private final long memoryBytes;
    private final Duration idleFor;
    private final Evictor evictor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();
    // Guarded by lock, all.
    private final FairQueue<Waiter> queue = new FairQueue<>();
    private final Map<Footprint, Share> shares = new HashMap<>();
    private final Set<ExecutionEnvironment> inside = new HashSet<>();
    /// Those of them that are about to end.
    private final Set<ExecutionEnvironment> leaving = new HashSet<>();
    private long counted;
    private long looks;
    private boolean shut;

    /// Ends environments that nobody needs.
    interface Evictor {

        /// Begins to end the idle environment that is missed least. Called without a lock.
        ///
        /// @param idleFor how long it must have been idle: between two calls nobody is
        /// @return which one; null if none is idle
        @Nullable
        ExecutionEnvironment evictOne(Duration idleFor);

        /// With how many bytes those count that could be ended.
        long idleBytes(Duration idleFor);
    }

    /// What the environments of one version count with.
    private static final class Share {
        private int environments;
        private long bytesEach;
    }

    private static final class Waiter {
        private final ExecutionEnvironment environment;
        private final BooleanSupplier needed;
        private final Condition changed;
        private boolean admitted;
        /// When it let others pass.
        private long passedAt = -1;

        private Waiter(ExecutionEnvironment environment, BooleanSupplier needed, Condition changed) {
            this.environment = environment;
            this.needed = needed;
            this.changed = changed;
        }
    }

    Room(EngineLimits limits, EngineClock clock, Evictor evictor) {
        this.clock = clock;
        this.places = limits.openEnvironments();
        this.memoryBytes = limits.memoryBytes();
        this.idleFor = limits.freeze();
        this.evictor = evictor;
    }

    /// Takes room for an environment, that of others which nobody needs if need be, and waits for it until the
    /// deadline.
    ///
    /// @param needed whether anybody still waits for the environment; asked again before others end for it
    /// @return whether it has room; otherwise it is needed no more
    /// @throws ThrottledException when there is none by then; the message says what lacks
    boolean take(ExecutionEnvironment environment, BooleanSupplier needed, long deadlineNanos)
            throws ThrottledException, InterruptedException {
        lock.lock();
        try {
            var waiter = new Waiter(environment, needed, lock.newCondition());
            String function = environment.version().functionArn();
            queue.add(function, waiter);
            // Whoever is first and cannot have what he needs lets the newcomer pass.
            looks++;
            try {
                admit();
                return await(waiter, deadlineNanos);
            } finally {
                if (!waiter.admitted && queue.remove(function, waiter)) {
                    admit();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes room for an environment that others do not make way for. Whether it has room.
    boolean takeSpare(ExecutionEnvironment environment) {
        lock.lock();
        try {
            boolean spare = !shut && queue.first() == null && fits(environment, 0, 0);
            if (spare) {
                enter(environment);
            }
            return spare;
        } finally {
            lock.unlock();
        }
    }

    /// Nothing is left of an environment. Does nothing if it had no room.
    void leave(ExecutionEnvironment environment) {
        lock.lock();
        try {
            if (inside.remove(environment)) {
                leaving.remove(environment);
                count(environment.plan().footprint(), -1);
                looks++;
                admit();
                if (inside.isEmpty()) {
                    emptied.signalAll();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// An environment is about to end: nobody else need end for what it gives back.
    void leaves(ExecutionEnvironment environment) {
        lock.lock();
        try {
            if (inside.contains(environment)) {
                leaving.add(environment);
            }
        } finally {
            lock.unlock();
        }
    }

    /// An environment has been idle for a while: whoever waits may have it ended.
    void look() {
        lock.lock();
        try {
            looks++;
            wakeFirst();
            evictExcess();
        } finally {
            lock.unlock();
        }
    }

    /// The version has shown another use of memory than it counted with. What that is less is for those who wait; what
    /// it is too much, idle environments make up for.
    void changed(Footprint footprint) {
        lock.lock();
        try {
            count(footprint, 0);
            // The first use that a version shows is often less than what was assumed.
            admit();
            evictExcess();
        } finally {
            lock.unlock();
        }
    }

    /// The machine's memory is about to run out: ends one that is idle. Whether there was one.
    boolean relieve() {
        return locked(() -> evictOne(Duration.ZERO));
    }

    /// How many have room.
    int taken() {
        return locked(() -> inside.size());
    }

    /// With how much memory they count, in bytes.
    long countedBytes() {
        return locked(() -> counted);
    }

    /// Whether at most this part of it is taken by others than those that could be ended.
    boolean isAtMost(double part, Versions.Spares idle) {
        return locked(() ->
                inside.size() - idle.environments() <= part * places && counted - idle.bytes() <= part * memoryBytes);
    }

    /// How many wait for room.
    int waiting() {
        return locked(() -> queue.size());
    }

    /// Waits until nobody has room, and gives none any more. Whether that was in time; in real time, not the engine's.
    boolean shut(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!inside.isEmpty() && left > 0) {
                left = emptied.awaitNanos(left);
            }
            if (inside.isEmpty()) {
                shutNow();
            }
            return shut;
        } finally {
            lock.unlock();
        }
    }

    /// As [#shut(long)], however long it takes.
    void shut() {
        lock.lock();
        try {
            while (!inside.isEmpty()) {
                emptied.awaitUninterruptibly();
            }
            shutNow();
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    // With the lock held, all below.

    private boolean await(Waiter waiter, long deadlineNanos) throws ThrottledException, InterruptedException {
        while (!waiter.admitted) {
            if (shut || clock.nanos() >= deadlineNanos) {
                throw ThrottledException.ofMachine(lacks(waiter.environment));
            }
            long before = looks;
            boolean first = waiter.equals(queue.first());
            if (first && !enough(waiter.environment)) {
                if (!needed(waiter)) {
                    return waiter.admitted;
                }
                if (!waiter.admitted && makeWay(waiter)) {
                    continue;
                }
            }
            if (!waiter.admitted && looks == before && !shut) {
                clock.await(lock, waiter.changed, deadlineNanos);
            }
        }
        return true;
    }

    /// Has one environment ended, if the one that waits fits when all have ended that are idle; if not even then, those
    /// behind it pass, once each time that something changes.
    ///
    /// @return whether to look again
    private boolean makeWay(Waiter waiter) {
        long idleBytes = unlocked(() -> evictor.idleBytes(idleFor));
        if (waiter.admitted) {
            return true;
        }
        boolean full = inside.size() - leaving.size() >= places;
        if (full || hasMemory(waiter.environment, leavingBytes() + idleBytes)) {
            return evictOne(idleFor);
        }
        if (waiter.passedAt == looks) {
            return false;
        }
        waiter.passedAt = looks;
        String function = waiter.environment.version().functionArn();
        queue.remove(function, waiter);
        queue.add(function, waiter);
        admit();
        return true;
    }

    private void evictExcess() {
        boolean evicted = true;
        while (evicted && counted - leavingBytes() > memoryBytes) {
            evicted = evictOne(idleFor);
        }
    }

    private boolean needed(Waiter waiter) {
        return unlocked(waiter.needed::getAsBoolean);
    }

    private void shutNow() {
        shut = true;
        while (true) {
            var waiter = queue.poll();
            if (waiter == null) {
                return;
            }
            waiter.changed.signal();
        }
    }

    private void admit() {
        for (var first = queue.first();
                !shut && first != null && fits(first.environment, 0, 0);
                first = queue.first()) {
            queue.poll();
            enter(first.environment);
            first.admitted = true;
            first.changed.signal();
        }
        wakeFirst();
    }

    private void wakeFirst() {
        var first = queue.first();
        if (first != null) {
            first.changed.signal();
        }
    }

    private void enter(ExecutionEnvironment environment) {
        inside.add(environment);
        count(environment.plan().footprint(), 1);
    }

    /// So many more of the kind are inside, and all of them count with what it says now.
    private void count(Footprint footprint, int more) {
        var share = shares.computeIfAbsent(footprint, _ -> new Share());
        counted -= share.environments * share.bytesEach;
        share.environments += more;
        share.bytesEach = bytes(footprint);
        counted += share.environments * share.bytesEach;
        if (share.environments == 0) {
            shares.remove(footprint);
        }
    }

    /// Whether the environment fits when so many others have gone, which count with so much. Alone it always does.
    private boolean fits(ExecutionEnvironment environment, int gone, long goneBytes) {
        int others = inside.size() - gone;
        return others < places && (others == 0 || hasMemory(environment, goneBytes));
    }

    private boolean hasMemory(ExecutionEnvironment environment, long goneBytes) {
        return counted - goneBytes + bytes(environment.plan().footprint()) <= memoryBytes;
    }

    /// Whether it will fit when those have gone that are leaving.
    private boolean enough(ExecutionEnvironment environment) {
        return fits(environment, leaving.size(), leavingBytes());
    }

    private long leavingBytes() {
        return leaving.stream()
                .mapToLong(each -> bytes(each.plan().footprint()))
                .sum();
    }

    private long bytes(Footprint footprint) {
        return Math.min(memoryBytes, footprint.bytes());
    }

    private boolean evictOne(Duration atLeastIdleFor) {
        var evicted = this.<Optional<ExecutionEnvironment>>unlocked(
                () -> Optional.ofNullable(evictor.evictOne(atLeastIdleFor)));
        evicted.filter(inside::contains).ifPresent(leaving::add);
        return evicted.isPresent();
    }

    /// Lets go of the lock meanwhile.
    private <T> T unlocked(Supplier<T> question) {
        lock.unlock();
        try {
            return question.get();
        } finally {
            lock.lock();
        }
    }

    private String lacks(ExecutionEnvironment environment) {
        return inside.size() >= places
                ? "All " + places + " execution environments that the server may have are busy (--max-environments)."
                : "Another execution environment counts with "
                        + megabytes(bytes(environment.plan().footprint())) + " MB, and "
                        + megabytes(counted) + " MB of the " + megabytes(memoryBytes)
                        + " MB that they may have together are taken by busy ones (--environment-memory).";
    }

    private static long megabytes(long bytes) {
        return bytes >> 20;
    }
}
