package dev.boda.sandbox.groups;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The groups of the sandboxes that there are.
final class OpenGroups {

    /// What the kernel holds of an empty group for some time, in bytes.
    private static final long NOTHING_LEFT = 2L * 1_048_576;

    private final Set<ResourceGroup> open = ConcurrentHashMap.newKeySet();

    /// One and what it uses.
    record Use(ResourceGroup group, long usedBytes) {

        long over() {
            return usedBytes - group.shareBytes();
        }
    }

    void add(ResourceGroup group) {
        open.add(group);
    }

    void remove(ResourceGroup group) {
        open.remove(group);
    }

    Set<ResourceGroup> all() {
        return open;
    }

    /// Whether somebody is ending who still has memory to give back.
    boolean someoneEnds() throws IOException {
        for (var group : open) {
            if (group.isEnding() && group.usedMemory() > NOTHING_LEFT) {
                return true;
            }
        }
        return false;
    }

    /// Ends those as a whole of which the kernel has killed a process.
    void endKilled() throws IOException {
        for (var group : open) {
            if (!group.isEnding() && group.outOfMemoryKills() > 0) {
                group.endForOthers(group.usedMemory());
            }
        }
    }

    /// The one that uses most beyond its share, or least below it; none if all are ending. What each is
    /// charged takes microseconds to learn, and what of that cannot be dropped ten times as long: that is
    /// asked of those only that can be the one.
    Optional<Use> furthestOver() throws IOException {
        var charged = new ArrayList<Use>();
        for (var group : open) {
            if (!group.isEnding()) {
                charged.add(new Use(group, group.chargedMemory()));
            }
        }
        charged.sort(Comparator.comparingLong(Use::over).reversed());
        var furthest = Optional.<Use>empty();
        for (var next : charged) {
            if (furthest.isPresent() && furthest.get().over() >= next.over()) {
                break;
            }
            var exact = new Use(next.group(), next.group().usedMemory());
            if (furthest.isEmpty() || exact.over() > furthest.get().over()) {
                furthest = Optional.of(exact);
            }
        }
        return furthest;
    }
}
