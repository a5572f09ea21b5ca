package dev.boda.function;

/// Where a function is between being asked for and being ready. AWS shows it as `State` and `LastUpdateStatus`.
///
///     CREATING ──▶ READY ◀──▶ UPDATING ──▶ UPDATE_FAILED ──▶ UPDATING
///        └──▶ CREATE_FAILED
public enum FunctionState {
    CREATING("Pending"),
    CREATE_FAILED("Failed"),
    READY("Active"),
    UPDATING("Active"),
    UPDATE_FAILED("Active");

    private final String wire;

    FunctionState(String wire) {
        this.wire = wire;
    }

    /// AWS's `State`.
    public String wire() {
        return wire;
    }

    /// Whether a background step is under way, or was when the server ended.
    public boolean unsettled() {
        return this == CREATING || this == UPDATING;
    }
}
