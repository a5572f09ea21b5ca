/// AWS's Runtime API 2018-06-01: what a runtime sees from inside its environment, and nothing else. Who is
/// asking is known by the listener, never by what the caller says.
@NullMarked
package dev.boda.runtimeapi;

import org.jspecify.annotations.NullMarked;
