package dev.boda.function;

/// Keeps environments initialised.
@FunctionalInterface
public interface ProvisionedAllocation {

    /// From now on so many of this version; 0 for none. Must not block.
    void allocate(FunctionVersion version, int environments);
}
