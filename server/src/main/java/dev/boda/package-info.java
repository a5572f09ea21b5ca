/// The server as one process: how it starts, its knobs, and the one place where its parts meet.
@NullMarked
package dev.boda;

import org.jspecify.annotations.NullMarked;
