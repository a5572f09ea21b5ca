/// What is seen of running functions: their log lines, as CloudWatch Logs keeps them, and the platform's own
/// lines (INIT_START, START, END, REPORT), in text or in JSON.
@NullMarked
package dev.boda.telemetry;

import org.jspecify.annotations.NullMarked;
