package dev.boda.sandbox.groups;

import java.util.List;

/// What control groups do for a sandbox, and the controller that does it.
enum Duty {
    MEMORY("memory"),
    CPU("cpu"),
    PROCESSES("pids"),
    /// To stand still and to be killed as one. Version 2 does that by itself, version 1 has a
    /// controller for standing still only.
    END("freezer");

    static final List<Duty> LIMITS = List.of(MEMORY, CPU, PROCESSES);

    private final String controller;

    Duty(String controller) {
        this.controller = controller;
    }

    String controller() {
        return controller;
    }
}
