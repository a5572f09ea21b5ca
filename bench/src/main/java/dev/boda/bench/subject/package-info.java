/// What is measured, as processes beside the benchmark's own: the packaged server, started as its users start it, the
/// bare loop, and bare interpreters.
@NullMarked
package dev.boda.bench.subject;

import org.jspecify.annotations.NullMarked;
