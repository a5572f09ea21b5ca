/// A lean load generator: kept-alive connections to this machine, requests signed as an SDK signs them, latencies in
/// HDR histograms. [ClosedLoop] calls again as soon as it is answered; [OpenLoop] calls when a schedule says so, and
/// counts from then, whether or not it was free to.
@NullMarked
package dev.boda.bench.load;

import org.jspecify.annotations.NullMarked;
