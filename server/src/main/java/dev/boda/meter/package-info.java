/// What is counted, and nothing of who reads it: numbers that any thread may add to for a few nanoseconds, without a
/// lock and without garbage.
///
/// [Histogram] is how often something took how long. Plain counts are the JDK's `LongAdder`, and what is only a state
/// (a length, a size) is asked for when somebody reads. `docs/decisions/0007-own-counters-a-library-writes.md` says why
/// no metrics library stands on the paths that are counted.
@NullMarked
package dev.boda.meter;

import org.jspecify.annotations.NullMarked;
