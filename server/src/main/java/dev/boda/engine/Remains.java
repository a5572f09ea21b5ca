package dev.boda.engine;

import org.jspecify.annotations.Nullable;

/// What an environment still has when it ends.
///
/// @param placement   the invocation in it, unless it was settled
/// @param answer      what the runtime answered, if it has
/// @param delivered   whether the runtime got the invocation
/// @param initialised whether Init was over
/// @param at          when that was, on the engine's clock
/// @param age         nanoseconds since Init began
record Remains(
        @Nullable Placement placement,
        @Nullable InvocationResult answer,
        boolean delivered,
        boolean initialised,
        long at,
        long age) {}
