/// Linux from Java, by the foreign function API: processes, pipes, signals, mounts. Nothing here blocks a
/// virtual thread: what may block runs on platform threads of this package.
@NullMarked
package dev.boda.os;

import org.jspecify.annotations.NullMarked;
