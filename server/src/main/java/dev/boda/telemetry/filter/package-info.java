/// CloudWatch Logs' filter patterns: which log events are wanted. The entry is
/// [dev.boda.telemetry.filter.FilterPattern];
/// behind it are its three languages, terms, JSON (`{ … }`) and fields between spaces (`[ … ]`), and the regular
/// expressions (`%…%`) that may stand in each.
///
/// Always true: matching takes time in proportion to the event's length, whatever the pattern.
@NullMarked
package dev.boda.telemetry.filter;

import org.jspecify.annotations.NullMarked;
