package dev.boda.function;

/// What becomes of an invocation of a function that is part of a loop.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html>
public enum RecursiveLoop {
    /// It is run.
    ALLOW("Allow"),
    /// It is refused, or, if it is asynchronous, given up.
    TERMINATE("Terminate");

    private final String wire;

    RecursiveLoop(String wire) {
        this.wire = wire;
    }

    /// AWS's word for it.
    public String wire() {
        return wire;
    }

    /// What one of AWS's two words says.
    public static RecursiveLoop of(String wire) {
        return wire.equals(ALLOW.wire) ? ALLOW : TERMINATE;
    }
}
