/// The CloudWatch Logs API over [dev.boda.telemetry].
@NullMarked
package dev.boda.api.logs;

import org.jspecify.annotations.NullMarked;
