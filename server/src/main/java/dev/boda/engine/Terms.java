package dev.boda.engine;

/// What all environments of a pool have in common.
record Terms(Home home, EngineClock clock, EngineLimits limits) {}
