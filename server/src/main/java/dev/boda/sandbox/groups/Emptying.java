package dev.boda.sandbox.groups;

import dev.boda.os.ControlGroup;
import dev.boda.os.OsException;
import dev.boda.os.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// Ends what is in control groups that the kernel cannot kill as one, and makes and removes groups.
final class Emptying {

    private static final Duration LONGEST_KILL = Duration.ofSeconds(10);
    private static final Duration LONGEST_REMOVAL = Duration.ofSeconds(1);
    private static final long RETRY_NANOS = 500_000;
    private static final int MOST_ROUNDS = 1_000;

    private Emptying() {}

    /// Kills one after another, again until there are none, for they may be starting others.
    static boolean kill(Set<ControlGroup> groups, Duration atMost) throws IOException {
        long deadline = System.nanoTime() + atMost.toNanos();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            var left = new HashSet<Integer>();
            for (var group : groups) {
                group.get("cgroup.procs").lines().map(Integer::valueOf).forEach(left::add);
            }
            var living = left.stream()
                    .map(ProcessTable::find)
                    .flatMap(Optional::stream)
                    .toList();
            if (living.isEmpty()) {
                return true;
            }
            for (var process : living) {
                ProcessTable.kill(process, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            }
            if (System.nanoTime() > deadline) {
                return false;
            }
        }
        return false;
    }

    /// Makes a group that nothing has been set in. What a killed server left in its place, maybe standing still, is
    /// ended and removed: nobody else does that where what the server had written down is lost.
    static void create(ControlGroup group) throws IOException {
        if (!group.createAnew()) {
            clear(group);
            ControlGroup.create(group.folder());
        }
    }

    /// Ends whatever runs in a group and below it, and removes them.
    static void clear(ControlGroup group) throws IOException {
        if (!Files.isDirectory(group.folder())) {
            return;
        }
        for (var child : group.children()) {
            clear(child);
        }
        if (group.canKill()) {
            group.kill(LONGEST_KILL);
        } else {
            if (group.offers("freezer.state")) {
                Version.ONE.thaw(group);
            }
            kill(Set.of(group), LONGEST_KILL);
        }
        remove(group);
    }

    /// A process that has told its parent of its end may still be leaving its groups.
    static void remove(ControlGroup group) throws OsException {
        long deadline = System.nanoTime() + LONGEST_REMOVAL.toNanos();
        while (true) {
            try {
                group.remove();
                return;
            } catch (OsException refused) {
                if (!refused.isBusy() || System.nanoTime() > deadline) {
                    throw refused;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }
}
