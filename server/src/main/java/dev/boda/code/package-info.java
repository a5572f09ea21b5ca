/// Code packages: stored by digest, checked before they are accepted, unpacked once a machine and mounted
/// read-only.
@NullMarked
package dev.boda.code;

import org.jspecify.annotations.NullMarked;
