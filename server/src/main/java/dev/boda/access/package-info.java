/// Who may do what: roles and the temporary credentials that Boda issues for them.
@NullMarked
package dev.boda.access;

import org.jspecify.annotations.NullMarked;
