/// `boda debug` as the server sees it: [dev.boda.api.debug.DebugDoor] turns debugging on for as long as whoever asked
/// stays connected, and a [dev.boda.api.debug.Relay] brings debuggers of this machine to the function's own.
@NullMarked
package dev.boda.api.debug;

import org.jspecify.annotations.NullMarked;
