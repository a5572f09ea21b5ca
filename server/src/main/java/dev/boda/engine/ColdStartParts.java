package dev.boda.engine;

import dev.boda.access.RoleCredentials;
import dev.boda.code.CodeFolders;
import dev.boda.runtime.Runtimes;
import dev.boda.runtime.StartCaches;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec.Network;
import dev.boda.telemetry.FunctionLogs;
import dev.boda.telemetry.metrics.FunctionMeters;
import java.util.Optional;

/// What execution environments are made of.
///
/// @param endpoints where environments find their Runtime API that have the machine's network
/// @param inside    what is served in environments that have a network of their own; empty if they have the machine's
/// @param serverUrl where functions in the machine's network find Boda's AWS APIs, for `AWS_ENDPOINT_URL`:
///                  `http://127.0.0.1:4566`
/// @param caches    what starts have left for later ones; empty if they are to leave nothing
public record ColdStartParts(
        Runtimes runtimes,
        CodeFolders code,
        SandboxProvider sandboxes,
        RuntimeEndpoints endpoints,
        Optional<InsideEndpoints> inside,
        FunctionLogs logs,
        FunctionMeters meters,
        RoleCredentials credentials,
        StartFailures failures,
        String serverUrl,
        Optional<StartCaches> caches) {

    public ColdStartParts {
        if (inside.isPresent() == (sandboxes.network() == Network.HOST)) {
            throw new IllegalArgumentException("Environments with the network " + sandboxes.network() + " are "
                    + (inside.isPresent() ? "" : "not ") + "served inside");
        }
    }
}
