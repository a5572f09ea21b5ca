package dev.boda.runtime;

import dev.boda.sandbox.SandboxSpec.Mount;
import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import java.util.List;
import java.util.Map;

/// A runtime that this machine can run.
///
/// @param id           AWS's id, `python3.12`
/// @param language     `python`, `nodejs`, …
/// @param exactVersion the interpreter's own word, `3.12.1`
/// @param exact        whether the interpreter is of the id's minor version; otherwise it is the nearest one
/// @param root         the root file system it runs in
/// @param mounts       the runtime client at `/var/runtime`, and what else it needs
/// @param command      starts the runtime client, in paths inside
/// @param environment  what the runtime adds to the reserved variables (`PYTHONPATH`, `NODE_PATH`, `PATH`, …)
public record Runtime(
        String id,
        String language,
        String exactVersion,
        boolean exact,
        RootFileSystem root,
        List<Mount> mounts,
        List<String> command,
        Map<String, String> environment) {

    public Runtime {
        mounts = List.copyOf(mounts);
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
