/// What Boda has beside AWS's APIs for those who test with it: [dev.boda.api.reset.Reset] empties everything.
@NullMarked
package dev.boda.api.reset;

import org.jspecify.annotations.NullMarked;
