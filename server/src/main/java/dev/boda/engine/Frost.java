package dev.boda.engine;

import dev.boda.sandbox.Sandbox;
import java.util.function.BooleanSupplier;

/// Whether an environment's processes stand still. Idle ones do, after a short while; an invocation finds them thawed.
final class Frost {

    /// Written under the monitor. True from before the freezer looks whether there is an invocation: one that came
    /// before is seen by him, one that comes after sees this.
    private volatile boolean frozen;

    /// Freezes the sandbox if `stillIdle` says so.
    synchronized void freeze(Sandbox sandbox, BooleanSupplier stillIdle) {
        frozen = true;
        try {
            frozen = stillIdle.getAsBoolean() && sandbox.freeze();
        } catch (RuntimeException refused) {
            // It runs on, as in a kind that cannot freeze; if its groups are gone, so is it, soon.
            frozen = false;
        }
    }

    /// Thaws it, if it was frozen; costs nothing otherwise. Whether it runs.
    boolean thaw(Sandbox sandbox) {
        return !frozen || thawNow(sandbox);
    }

    private synchronized boolean thawNow(Sandbox sandbox) {
        try {
            if (frozen) {
                boolean _ = sandbox.thaw();
                frozen = false;
            }
            return true;
        } catch (RuntimeException refused) {
            return false;
        }
    }
}
