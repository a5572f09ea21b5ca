package dev.boda.sandbox.process;

import dev.boda.os.ProcessTable;
import dev.boda.os.ProcessTable.Entry;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.groups.ResourceGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// By what a sandbox's processes are found where no control group holds them: the first process and its descendants,
/// its session, and the private `TMPDIR` that it was started with. A process that leaves the
/// session and its parents, with a changed `TMPDIR`, is not found.
///
/// Ids are given to others once they are free. A live sandbox keeps its own from that; of one that an
/// earlier server left only processes that have its `variable` are taken.
///
/// @param pid            of the first process
/// @param startTicks     when that started; what is older is not its
/// @param temporary      the sandbox's private folder
/// @param variable       `NAME=value` that its processes must have been started with; null for a live sandbox
record ProcessMarks(
        int pid, long startTicks, Path temporary, @Nullable String variable) {

    private static final int MOST_ROUNDS = 100;

    /// A change of program takes less.
    private static final int MOST_UNDECIDED = 20;

    private static final long CHANGE_OF_PROGRAM_NANOS = 100_000;

    /// Kills all of these sandboxes' processes, again until there are none, for they may be starting others. Whether
    /// all have ended in time.
    static boolean kill(List<ProcessMarks> all, Duration atMost) throws IOException {
        long deadline = System.nanoTime() + atMost.toNanos();
        for (int round = 0; round < MOST_ROUNDS && System.nanoTime() < deadline; round++) {
            var found = find(all, ProcessTable.living());
            if (found.isEmpty()) {
                return true;
            }
            for (var process : found) {
                var left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
                ProcessTable.kill(process, left);
            }
        }
        return false;
    }

    /// Puts into the group what the first process started before it was put there itself. Looks through the machine's
    /// processes only if there can be any: a burst of starts would look through each other.
    void gather(ResourceGroup group, ReadBuffer buffer) throws IOException {
        if (!ProcessTable.mayHaveStartedOthers(pid)) {
            return;
        }
        int undecided = 0;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            var inside = group.whollyInside(buffer);
            var others = ProcessTable.startedAfter(pid).stream()
                    .filter(process -> !inside.contains(process.pid()))
                    .toList();
            var outside = find(List.of(this), others);
            if (outside.isEmpty()) {
                if (undecided++ == MOST_UNDECIDED || others.stream().noneMatch(ProcessTable::showsNoVariables)) {
                    return;
                }
                LockSupport.parkNanos(CHANGE_OF_PROGRAM_NANOS);
            }
            for (var process : outside) {
                group.add(process.pid());
            }
        }
    }

    private static List<Entry> find(List<ProcessMarks> all, List<Entry> candidates) {
        int self = (int) ProcessHandle.current().pid();
        Set<Integer> family = new HashSet<>();
        all.stream().filter(marks -> marks.variable == null).forEach(marks -> family.add(marks.pid));
        candidates.stream()
                .filter(process -> all.stream().anyMatch(marks -> marks.match(process)))
                .forEach(process -> family.add(process.pid()));
        family.remove(self);
        int before;
        do {
            before = family.size();
            for (var process : candidates) {
                if (family.contains(process.parent()) && process.pid() != self) {
                    family.add(process.pid());
                }
            }
        } while (family.size() > before);
        return candidates.stream()
                .filter(process -> family.contains(process.pid()))
                .toList();
    }

    private boolean match(Entry process) {
        if (process.startTicks() < startTicks) {
            return false;
        }
        boolean named = (process.pid() == pid && process.startTicks() == startTicks) || process.session() == pid;
        if (named && (variable == null || ProcessTable.hasVariable(process.pid(), variable))) {
            return true;
        }
        return ProcessTable.hasVariable(process.pid(), TranslatedPaths.TEMPORARY_VARIABLE + "=" + temporary);
    }
}
