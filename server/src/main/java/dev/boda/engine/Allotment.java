package dev.boda.engine;

import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;

/// The provisioned concurrency of one version: how many environments are to be kept initialised, and how far that has
/// come. Each has a keeper, who starts it and, when it has ended, another in its place.
///
/// Part of its [VersionEnvironments], whose monitor guards it.
final class Allotment {

    /// So many failures in a row are no accident.
    private static final int FAILS = 3;

    private int wanted;
    private int wish;
    private int keepers;
    private int failures;
    private String reason = "";
    private final Set<ExecutionEnvironment> ready = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Deadline> pauses = new HashSet<>();

    /// So many are wanted from now on.
    ///
    /// @return how many keepers must be found
    int want(int count) {
        wanted = count;
        wish++;
        failures = 0;
        reason = "";
        pauses.forEach(Deadline::wake);
        int more = Math.max(0, wanted - keepers);
        keepers += more;
        return more;
    }

    /// Whether a keeper goes on; otherwise he is one no more.
    boolean goesOn() {
        boolean goesOn = keepers <= wanted;
        keepers -= goesOn ? 0 : 1;
        return goesOn;
    }

    int wish() {
        return wish;
    }

    /// A keeper waits until there is another try; a new wish wakes him. Whether he does: not if there was one since
    /// that number.
    boolean pauses(Deadline pause, int since) {
        return since == wish && pauses.add(pause);
    }

    void goesOn(Deadline pause) {
        pauses.remove(pause);
    }

    /// An environment of the kind has no invocation. Whether it is one too many.
    boolean keeps(ExecutionEnvironment environment) {
        ready.add(environment);
        failures = 0;
        boolean keeps = ready.size() <= wanted;
        if (!keeps) {
            ready.remove(environment);
        }
        return keeps;
    }

    void ended(ExecutionEnvironment environment) {
        ready.remove(environment);
    }

    /// An environment did not come to be ready.
    ///
    /// @return how often in a row that has happened to each keeper, about
    int failed(String why) {
        reason = why;
        failures++;
        return rounds();
    }

    private int rounds() {
        return Math.ceilDiv(failures, Math.max(1, keepers));
    }

    boolean isNothing() {
        return wanted == 0 && keepers == 0;
    }

    ProvisionedConcurrency.Progress progress() {
        var status = ready.size() >= wanted
                ? ProvisionedConcurrency.Status.READY
                : rounds() >= FAILS ? ProvisionedConcurrency.Status.FAILED : ProvisionedConcurrency.Status.IN_PROGRESS;
        boolean failed = status == ProvisionedConcurrency.Status.FAILED;
        return new ProvisionedConcurrency.Progress(
                wanted, Math.min(wanted, ready.size()), status, failed ? reason : "");
    }
}
