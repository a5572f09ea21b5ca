package dev.boda.engine;

import dev.boda.access.RoleCredentials;
import dev.boda.code.CodeFolders;
import dev.boda.runtime.Runtimes;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.telemetry.FunctionLogs;
import dev.boda.telemetry.metrics.FunctionMeters;

/// What execution environments are made of.
///
/// @param serverUrl where functions find Boda's AWS APIs, for `AWS_ENDPOINT_URL`: `http://127.0.0.1:4566`
public record ColdStartParts(
        Runtimes runtimes,
        CodeFolders code,
        SandboxProvider sandboxes,
        RuntimeEndpoints endpoints,
        FunctionLogs logs,
        FunctionMeters meters,
        RoleCredentials credentials,
        StartFailures failures,
        String serverUrl) {}
