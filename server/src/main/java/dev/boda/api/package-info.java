/// The AWS APIs, a sub-package per service: parse, ask the domain, shape.
@NullMarked
package dev.boda.api;

import org.jspecify.annotations.NullMarked;
