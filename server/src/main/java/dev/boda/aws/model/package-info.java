/// What AWS's own models say of a service: its operations, their routes, and the shapes that go in and out, with
/// their constraints. Read from committed facts (`tools/models/reduce.py` reduces botocore's models to them) with a
/// hand-kept overlay on top of what AWS answers differently. Entry: [dev.boda.aws.model.ServiceModel#load]. All of
/// it is immutable; shapes refer to each other by name, since some contain themselves.
@NullMarked
package dev.boda.aws.model;

import org.jspecify.annotations.NullMarked;
