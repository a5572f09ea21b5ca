/// The isolation an execution environment lives in. Two interfaces and the values they take; a sub-package
/// per kind.
@NullMarked
package dev.boda.sandbox;

import org.jspecify.annotations.NullMarked;
