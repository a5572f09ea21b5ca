package dev.boda.function;

/// Functions that invoke each other, or themselves, in a loop: which are stopped.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html>
public final class RecursiveLoops {

    private final FunctionCatalog catalog;

    public RecursiveLoops(FunctionCatalog catalog) {
        this.catalog = catalog;
    }

    /// What becomes of loops that a function is part of.
    public RecursiveLoop get(FunctionName name) {
        return catalog.require(name).function().recursiveLoop();
    }

    public RecursiveLoop put(FunctionName name, RecursiveLoop loop) throws InterruptedException {
        return catalog.amend(name, function -> function.with(its -> its.recursiveLoop = loop))
                .recursiveLoop();
    }

    /// Whether an invocation is not to be run, because it is one too many of a loop that its function does not allow.
    /// From memory, without a lock.
    ///
    /// @param traceHeader of the invocation, which its own function is counted in
    public boolean stop(FunctionName function, String traceHeader) {
        return Lineage.of(traceHeader).isLoop(function)
                && catalog.whole(function)
                        .map(WholeFunction::function)
                        .filter(its -> its.recursiveLoop() == RecursiveLoop.TERMINATE)
                        .isPresent();
    }

    /// Refuses an invocation that [#stop] says is not to be run.
    public void refuse(FunctionName function, String traceHeader) {
        if (stop(function, traceHeader)) {
            throw LambdaErrors.recursiveInvocation();
        }
    }
}
