/// AWS's wire: services, operations and shapes as AWS's own models describe them, signatures, ARNs, error
/// shapes, and the front door that finds the operation a request means. Knows nothing of functions.
@NullMarked
package dev.boda.aws;

import org.jspecify.annotations.NullMarked;
