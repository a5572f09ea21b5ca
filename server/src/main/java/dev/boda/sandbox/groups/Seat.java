package dev.boda.sandbox.groups;

import dev.boda.os.ControlGroup;

/// A group that has a duty, and the version of control groups that it is of.
record Seat(ControlGroup group, Version version) {

    /// The seat of a sandbox below the server's.
    Seat below(String name) {
        return new Seat(new ControlGroup(group.folder().resolve(name)), version);
    }
}
