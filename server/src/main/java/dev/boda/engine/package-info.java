/// Runs invocations. Whoever wants a function to run ends in [Invoker]: it takes a slot, places the invocation
/// in an execution environment, and waits. Knows no HTTP, JSON, SQL or AWS protocol.
@NullMarked
package dev.boda.engine;

import org.jspecify.annotations.NullMarked;
