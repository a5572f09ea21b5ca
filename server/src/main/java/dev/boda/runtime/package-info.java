/// Which runtimes exist on this machine: from a runtime id to a root, a start command and an exact version.
@NullMarked
package dev.boda.runtime;

import org.jspecify.annotations.NullMarked;
