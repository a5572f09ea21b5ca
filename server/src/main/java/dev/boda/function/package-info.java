/// What a function is: names, versions, configuration and its rules, and the catalogue that keeps them.
@NullMarked
package dev.boda.function;

import org.jspecify.annotations.NullMarked;
