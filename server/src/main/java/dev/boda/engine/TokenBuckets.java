package dev.boda.engine;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Token buckets by key. One that has filled up again is forgotten, so that there are about as many as keys that took
/// something lately. Takes no lock that two keys share.
///
/// A bucket is one number: the moment at which it will be full again (the generic cell rate algorithm).
final class TokenBuckets<K> {

    /// Of a bucket that is forgotten. A clock of the engine is never negative.
    private static final long FORGOTTEN = -1;

    /// So many are there before full ones are looked for; then twice of those that stayed.
    private static final int FEW = 1_024;

    private final EngineClock clock;
    private final ConcurrentHashMap<K, AtomicLong> fullAgainNanos = new ConcurrentHashMap<>();
    private final AtomicInteger many = new AtomicInteger(FEW);

    TokenBuckets(EngineClock clock) {
        this.clock = clock;
    }

    /// Takes a token, if there is one.
    ///
    /// @param capacity    how many tokens a full bucket holds
    /// @param refillNanos how long an empty bucket takes to be full
    boolean take(K key, long capacity, long refillNanos) {
        if (capacity <= 0) {
            return false;
        }
        long token = Math.max(1, refillNanos / capacity);
        while (true) {
            var bucket = fullAgainNanos.get(key);
            if (bucket == null) {
                forgetFull();
                bucket = fullAgainNanos.computeIfAbsent(key, _ -> new AtomicLong());
            }
            long fullAgain = bucket.get();
            long now = clock.nanos();
            if (fullAgain == FORGOTTEN) {
                fullAgainNanos.remove(key, bucket);
            } else if (Math.max(fullAgain, now) + token > now + refillNanos) {
                return false;
            } else if (bucket.compareAndSet(fullAgain, Math.max(fullAgain, now) + token)) {
                return true;
            }
        }
    }

    /// Now and then, when there are many.
    private void forgetFull() {
        int limit = many.get();
        if (fullAgainNanos.mappingCount() < limit || !many.compareAndSet(limit, Integer.MAX_VALUE)) {
            return;
        }
        long now = clock.nanos();
        fullAgainNanos.forEach((key, bucket) -> {
            long fullAgain = bucket.get();
            if (fullAgain <= now && bucket.compareAndSet(fullAgain, FORGOTTEN)) {
                fullAgainNanos.remove(key, bucket);
            }
        });
        many.set(Math.max(FEW, 2 * fullAgainNanos.size()));
    }

    int size() {
        return fullAgainNanos.size();
    }
}
