/// What an operator sees: the server's and its functions' numbers at `/metrics`, as Prometheus reads them,
/// and what is wrong now.
///
/// [MetricsPage] asks the parts for their counts and states when somebody reads, and the Prometheus client's
/// writer puts them into text; nothing here is on the path of an invocation. `docs/operating.md` lists every
/// metric, and a test holds that list against the page.
///
/// Always true: the number of series is bounded, whatever clients send; a function that is no more has none.
@NullMarked
package dev.boda.metrics;

import org.jspecify.annotations.NullMarked;
