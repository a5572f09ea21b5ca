/// Runs invocations. Whoever wants a function to run ends in [Invoker]: it takes a slot from the
/// [ConcurrencyLimiter], places the invocation in an environment of the [EnvironmentPool], and waits. Knows no HTTP,
/// JSON, SQL or AWS protocol.
///
/// ```
/// caller → Invoker → Slot → Placement → EnvironmentPool ─ idle one, or ColdStart ─▶ ExecutionEnvironment
///                                            ▲                                        ▲          │
///                                            └────────── home: asked for more ────────┼──────────┘
///                                                             runtime: next, answer, error
/// ```
///
/// An invocation ([Placement]) and an environment have one owner at a time: whoever takes one out of where it was.
/// The owner of an invocation ends it and frees its slot, once. Each environment has a thread of its own
/// ([EnvironmentLife]) that starts it, enforces its limits and ends it; nobody else waits for a sandbox.
@NullMarked
package dev.boda.engine;

import org.jspecify.annotations.NullMarked;
