package dev.boda.engine;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// A queue in which functions take turns: of one function whoever came first, and after him it is the next function's
/// turn, however many wait of the first. Guarded by its owner's lock.
final class FairQueue<W> {

    private final LinkedHashMap<String, ArrayDeque<W>> byFunction = new LinkedHashMap<>();
    private int size;

    void add(String function, W waiter) {
        byFunction.computeIfAbsent(function, _ -> new ArrayDeque<>()).addLast(waiter);
        size++;
    }

    /// Whose turn it is.
    @Nullable
    W first() {
        var first = byFunction.firstEntry();
        return first == null ? null : first.getValue().peekFirst();
    }

    /// Takes out whose turn it is.
    @Nullable
    W poll() {
        var first = byFunction.pollFirstEntry();
        if (first == null) {
            return null;
        }
        var waiter = first.getValue().pollFirst();
        size--;
        if (!first.getValue().isEmpty()) {
            byFunction.put(first.getKey(), first.getValue());
        }
        return waiter;
    }

    /// Waits no more. Whether it did.
    boolean remove(String function, W waiter) {
        var own = byFunction.get(function);
        if (own == null || !own.remove(waiter)) {
            return false;
        }
        size--;
        if (own.isEmpty()) {
            byFunction.remove(function);
        }
        return true;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }
}
