/// The bare loop: the least that a server on Boda's HTTP library can do to have a function run by Boda's runtime
/// clients, in the way in which the library serves brief requests best. No signatures, no logs, no functions, no
/// limits, no timeouts: what is left is the floor under a warm call. A process of its own, [BareLoop].
@NullMarked
package dev.boda.bench.bare;

import org.jspecify.annotations.NullMarked;
