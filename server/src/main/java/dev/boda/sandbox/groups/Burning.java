package dev.boda.sandbox.groups;

/// Whether a sandbox uses up the CPU time that it can have, by what it has used at each look. Used by one thread.
final class Burning {

    /// Of what it can have: from here on it burns, and below the other no longer.
    private static final double BEGINS = 0.8;

    private static final double ENDS = 0.4;

    /// A single call may compute as long.
    private static final int LOOKS_TO_BEGIN = 2;

    private long nanosBefore = -1;
    private long lookedAt;
    private int looks;
    private boolean burns;
    private double processors;

    /// @param cpuNanos what it has used since its start
    /// @param now      in nanoseconds
    /// @param canHave  processors: by its quota, and as others want some, too
    void look(long cpuNanos, long now, double canHave) {
        if (nanosBefore >= 0 && now > lookedAt) {
            processors = (double) (cpuNanos - nanosBefore) / (now - lookedAt);
            looks = processors >= BEGINS * canHave ? looks + 1 : 0;
            burns = burns ? processors >= ENDS * canHave : looks >= LOOKS_TO_BEGIN;
        }
        nanosBefore = cpuNanos;
        lookedAt = now;
    }

    boolean burns() {
        return burns;
    }

    /// So many it has used since the look before.
    double processors() {
        return processors;
    }
}
