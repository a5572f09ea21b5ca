/// The Lambda API: one class per AWS resource, one method per operation.
@NullMarked
package dev.boda.api.lambda;

import org.jspecify.annotations.NullMarked;
