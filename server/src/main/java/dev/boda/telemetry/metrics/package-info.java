/// What CloudWatch's metrics say of a function: how often it ran, failed, was throttled, and how long that took.
///
/// [FunctionMeters] has a [FunctionMeter] for each function that ran; the engine counts in it where it writes the
/// REPORT line, so that both say the same. What is a state and not a count (executions under way, environments) is
/// not kept here: the engine is asked.
/// Always true: a meter costs nobody a lock; functions that are no more lose theirs within a minute.
@NullMarked
package dev.boda.telemetry.metrics;

import org.jspecify.annotations.NullMarked;
