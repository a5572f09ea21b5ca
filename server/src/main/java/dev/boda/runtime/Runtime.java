package dev.boda.runtime;

import dev.boda.sandbox.SandboxSpec.Mount;
import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A runtime that this machine can run.
///
/// @param id           AWS's id, `python3.12`
/// @param language     `python`, `nodejs`, `java`, …
/// @param exactVersion the interpreter's own word, `3.12.1`
/// @param exact        whether the interpreter is of the id's minor version; otherwise it is the nearest one
/// @param root         the root file system it runs in
/// @param mounts       the runtime client at `/var/runtime`, and what else it needs
/// @param command      starts the runtime client, in paths inside; empty if the function brings its own ([#BOOTSTRAPS])
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

    /// Where an OS-only runtime has what it starts, the first that is there.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html>
    public static final List<String> BOOTSTRAPS = List.of("/var/task/bootstrap", "/opt/bootstrap");

    /// Whether the function, or a layer, brings the runtime.
    public boolean isOsOnly() {
        return command.isEmpty();
    }

    /// The start command of an environment with these variables: the runtime's own, or, with
    /// `AWS_LAMBDA_EXEC_WRAPPER`, that program with the runtime's command as its arguments. AWS's sentences and
    /// statuses where it is missing or no program.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper>
    public List<String> commandWith(Map<String, String> variables) {
        var whole = Language.of(language).map(its -> completed(its, variables)).orElse(command);
        if (variables.getOrDefault(WRAPPER, "").isEmpty()) {
            return whole;
        }
        var wrapped = new ArrayList<>(List.of("/bin/sh", "-c", RUN_WRAPPER, "bootstrap"));
        wrapped.addAll(whole);
        return wrapped;
    }

    /// How what its starts compute can be kept, in environments with these variables; empty if it cannot. A program
    /// that
    /// wraps the runtime has the runtime's command to itself.
    public Optional<StartCaching> startCaching(Map<String, String> variables) {
        return variables.getOrDefault(WRAPPER, "").isEmpty()
                ? Language.of(language).flatMap(its -> its.startCaching(its.versionOf(exactVersion), variables))
                : Optional.empty();
    }

    private List<String> completed(Language its, Map<String, String> variables) {
        var wanted = KnownRuntime.find(id).map(KnownRuntime::version).orElse(exactVersion);
        return its.completed(command, its.versionOf(wanted), its.versionOf(exactVersion), variables);
    }

    private static final String WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER";

    private static final String RUN_WRAPPER = """
            if [ ! -f "$AWS_LAMBDA_EXEC_WRAPPER" ]; then
              echo "$AWS_LAMBDA_EXEC_WRAPPER: does not exist"
              exit 127
            fi
            if [ ! -x "$AWS_LAMBDA_EXEC_WRAPPER" ]; then
              echo "$AWS_LAMBDA_EXEC_WRAPPER: is not an executable"
              exit 126
            fi
            exec "$AWS_LAMBDA_EXEC_WRAPPER" "$@"
            """;
}
