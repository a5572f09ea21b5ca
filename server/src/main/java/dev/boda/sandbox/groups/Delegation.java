package dev.boda.sandbox.groups;

import dev.boda.os.ControlGroup;
import dev.boda.os.OsException;
import dev.boda.os.ProcessTable;
import dev.boda.os.ProcessTable.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How the groups below the server's own get version 2's controllers. The kernel gives them only to
/// groups whose parent has no processes itself, the root of the hierarchy excepted
/// (<https://docs.kernel.org/admin-guide/cgroup-v2.html#no-internal-process-constraint>). So the server
/// moves into a leaf of its own group first, with what it has started; but not if somebody else's
/// processes are in that group, which are not the server's to move.
final class Delegation {

    private static final Logger log = LoggerFactory.getLogger(Delegation.class);

    static final String REMEDY = "start Boda in a group of its own, by a systemd unit with Delegate=yes or "
            + "'systemd-run --user --scope -p Delegate=yes ./boda start'";

    private static final String ENABLED = "cgroup.subtree_control";
    private static final int MOST_ROUNDS = 10;

    private final ControlGroup own;
    private final List<Duty> enabled;
    private final Optional<ControlGroup> leaf;

    private Delegation(ControlGroup own, List<Duty> enabled, Optional<ControlGroup> leaf) {
        this.own = own;
        this.enabled = enabled;
        this.leaf = leaf;
    }

    /// Enables the controllers below the server's own group.
    ///
    /// @param leaf where the server moves to, if it must
    static Delegation below(ControlGroup own, List<Duty> wanted, ControlGroup leaf) throws IOException {
        var lacking = lacking(own, wanted);
        try {
            enable(own, lacking);
            return new Delegation(own, lacking, Optional.empty());
        } catch (OsException refused) {
            if (!refused.isBusy()) {
                throw refused;
            }
        }
        moveAside(own, leaf);
        enable(own, lacking);
        return new Delegation(own, lacking, Optional.of(leaf));
    }

    /// Enables the controllers below a group that others are in as well. That stays so: who of them has come to rely on
    /// it is not known.
    static Delegation among(ControlGroup others, List<Duty> wanted) throws OsException {
        enable(others, lacking(others, wanted));
        return new Delegation(others, List.of(), Optional.empty());
    }

    /// The controllers that the groups below do not have yet.
    static List<Duty> lacking(ControlGroup group, List<Duty> wanted) {
        var before = words(group, ENABLED);
        return wanted.stream()
                .filter(duty -> !before.contains(duty.controller()))
                .toList();
    }

    /// Lets the groups below this one have the controllers.
    static void enable(ControlGroup group, List<Duty> wanted) throws OsException {
        if (!wanted.isEmpty()) {
            group.set(ENABLED, list(wanted, "+"));
        }
    }

    /// What a file of the group lists in one line.
    static Set<String> words(ControlGroup group, String file) {
        try {
            return Set.copyOf(List.of(group.get(file).strip().split("\\s+")));
        } catch (IOException unreadable) {
            return Set.of();
        }
    }

    private static String list(List<Duty> duties, String sign) {
        return duties.stream().map(duty -> sign + duty.controller()).collect(Collectors.joining(" "));
    }

    private static void moveAside(ControlGroup own, ControlGroup leaf) throws IOException {
        refuseIfShared(own);
        ControlGroup.create(leaf.folder());
        for (int round = 0; round < MOST_ROUNDS; round++) {
            var left = pids(own);
            if (left.isEmpty()) {
                return;
            }
            for (int pid : left) {
                leaf.add(pid);
            }
        }
        throw new IOException("the server's control group does not become empty");
    }

    private static void refuseIfShared(ControlGroup own) throws IOException {
        var parents = new HashMap<Integer, Integer>();
        for (Entry process : ProcessTable.living()) {
            parents.put(process.pid(), process.parent());
        }
        var strangers = new ArrayList<>(pids(own));
        strangers.removeIf(pid -> !parents.containsKey(pid) || isOurs(pid, parents));
        if (!strangers.isEmpty()) {
            throw new IOException("other programs run in the server's own control group, and below such a group the "
                    + "kernel allows no limits: " + REMEDY);
        }
    }

    private static boolean isOurs(int pid, Map<Integer, Integer> parents) {
        int self = (int) ProcessHandle.current().pid();
        for (Integer at = pid; at != null && at > 0; at = parents.get(at)) {
            if (at == self) {
                return true;
            }
        }
        return false;
    }

    private static List<Integer> pids(ControlGroup group) throws IOException {
        return group.get("cgroup.procs").lines().map(Integer::valueOf).toList();
    }

    /// Leaves the server's own group as it was found, unless others meanwhile rely on it.
    void undo() {
        try {
            if (!enabled.isEmpty()) {
                own.set(ENABLED, list(enabled, "-"));
            }
            if (leaf.isPresent()) {
                own.add((int) ProcessHandle.current().pid());
                leaf.get().remove();
            }
        } catch (IOException inUse) {
            log.debug("The server's own control group stays as it is", inUse);
        }
    }
}
