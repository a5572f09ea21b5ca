package dev.boda.engine;

/// The life of an execution environment, in AWS's terms.
///
/// ```
///          next            invoke
///   INIT ────────▶ IDLE ◀───────────▶ INVOKE
///     │              │       next        │
///     └──────────────┴───────────────────┘
///                    ▼  exit, error, timeout, eviction
///                SHUTDOWN
/// ```
enum Phase {
    INIT,
    IDLE,
    INVOKE,
    SHUTDOWN;

    /// The next phase, if the picture above has that arrow.
    Phase to(Phase next) {
        boolean allowed = switch (this) {
            case INIT, INVOKE -> next == IDLE || next == SHUTDOWN;
            case IDLE -> next == INVOKE || next == SHUTDOWN;
            case SHUTDOWN -> false;
        };
        if (!allowed) {
            throw new IllegalStateException("An environment in " + this + " cannot enter " + next);
        }
        return next;
    }
}
