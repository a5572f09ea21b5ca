/// The log path alone: [LogFeed] gives the server's log store the lines of many invocations in a process of its own,
/// which can be killed; [LogPath] starts it and says what became of them.
@NullMarked
package dev.boda.bench.logs;

import org.jspecify.annotations.NullMarked;
