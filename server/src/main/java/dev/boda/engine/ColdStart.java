package dev.boda.engine;

import dev.boda.code.LiveFolderException;
import dev.boda.function.FunctionVersion;
import dev.boda.function.LayerUse;
import dev.boda.runtime.Debugger;
import dev.boda.runtime.Runtime;
import dev.boda.runtime.RuntimeUnavailableException;
import dev.boda.sandbox.ProgramRefusedException;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider.Output;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.SandboxSpec.Limits;
import dev.boda.sandbox.SandboxSpec.Mount;
import dev.boda.sandbox.SandboxSpec.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Starts the sandbox of an environment: code, role, addresses, process. What follows, Init, ends with the
/// runtime's first `next`.
final class ColdStart {

    private final ColdStartParts parts;
    private final Manner manner;

    /// What starts differ in.
    interface Manner {

        /// The runtime's command, and what it needs beside: that is mounted, and belongs to the environment.
        List<String> command(
                FunctionVersion version,
                Runtime runtime,
                Map<String, String> variables,
                List<Mount> mounts,
                Belongings belongings);

        /// What it may use.
        default Limits limits(FunctionVersion version) {
            return Limits.of(version.memoryMegabytes(), version.temporaryMegabytes());
        }

        /// Where what is written inside goes.
        Output output(Journal journal);
    }

    ColdStart(ColdStartParts parts, Manner manner) {
        this.parts = parts;
        this.manner = manner;
    }

    Journal journal(FunctionVersion version, EngineClock clock) {
        return new Journal(parts.logs().open(version), parts.meters().of(version), clock);
    }

    /// A started environment: closing it removes all that belongs to it.
    record Started(Sandbox sandbox, Belongings belongings) {

        void close() {
            belongings.close();
        }
    }

    /// Starts `environment`'s sandbox; Init begins. When it throws, nothing is left behind.
    ///
    /// @param first the invocation that this Init is part of; absent when Init runs ahead
    /// @throws NoProgramException if Init has begun, and there is nothing to run
    Started start(ExecutionEnvironment environment, Journal journal, @Nullable Placement first)
            throws NoProgramException, EnvironmentUnavailableException, InterruptedException {
        var version = environment.version();
        var belongings = new Belongings();
        boolean complete = false;
        try {
            var runtime = runtime(environment);
            var code = version.code().open(parts.code());
            belongings.add(code::close);
            var mounts = new ArrayList<>(runtime.mounts());
            mounts.add(new Mount(code.path(), EnvironmentVariables.TASK_ROOT, true));
            layers(version, belongings).ifPresent(mounts::add);
            var credentials = parts.credentials().issue(version.account(), version.role(), version.name());
            belongings.add(() -> parts.credentials().revoke(credentials));
            var addresses = addresses(environment, journal, belongings);
            journal.initBegan(runtime, environment.plan().type(), first == null);
            environment.beginInit(first);
            var variables = new HashMap<>(EnvironmentVariables.of(version, runtime, credentials, addresses));
            variables.put(
                    EnvironmentVariables.INITIALIZATION_TYPE,
                    environment.plan().type().wire());
            var command = runtime.isOsOnly()
                    ? bootstrap(mounts)
                    : manner.command(version, runtime, variables, mounts, belongings);
            var sandbox = start(runtime, spec(environment, runtime, mounts, command, variables), journal);
            belongings.add(sandbox::close);
            if (environment.plan().isProvisioned()) {
                sandbox.limitCpu();
            }
            serveInside(environment, sandbox, journal, belongings);
            complete = true;
            parts.failures().succeeded();
            return new Started(sandbox, belongings);
        } catch (RuntimeUnavailableException | LiveFolderException e) {
            // The function's own affair: the machine can start others.
            throw unavailable(version, e);
        } catch (IOException | RuntimeException e) {
            parts.failures().failed(String.valueOf(e.getMessage()));
            throw unavailable(version, e);
        } finally {
            if (!complete) {
                belongings.close();
            }
        }
    }

    /// Its runtime, which listens for a debugger where the environment is debugged: at a port that nobody else has
    /// where
    /// it shares the machine's.
    private Runtime runtime(ExecutionEnvironment environment) throws RuntimeUnavailableException, IOException {
        var runtime = parts.runtimes().resolve(environment.version().runtime());
        var session = environment.plan().session();
        if (session == null || !session.isOpen()) {
            return runtime;
        }
        int port = parts.sandboxes().network() == Network.HOST
                ? freePort()
                : Debugger.of(runtime.language()).map(Debugger::usualPort).orElse(0);
        var debugged = parts.runtimes().debugged(runtime, new Debugger.Listening(port, session.waits()));
        session.listens(environment, port);
        return debugged;
    }

    private static int freePort() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return free.getLocalPort();
        }
    }

    private Sandbox start(Runtime runtime, SandboxSpec spec, Journal journal)
            throws NoProgramException, IOException, InterruptedException {
        try {
            return parts.sandboxes().start(spec, manner.output(journal));
        } catch (ProgramRefusedException e) {
            if (!runtime.isOsOnly()) {
                throw e;
            }
            throw new NoProgramException("fork/exec " + spec.command().getFirst() + ": " + e.reason());
        }
    }

    /// The first bootstrap that the function or its layers have.
    private static List<String> bootstrap(List<Mount> mounts) throws NoProgramException {
        for (var path : Runtime.BOOTSTRAPS) {
            if (mounts.stream().anyMatch(mount -> hasFile(mount, path))) {
                return List.of(path);
            }
        }
        throw new NoProgramException(
                "Couldn't find valid bootstrap(s): [" + String.join(" ", Runtime.BOOTSTRAPS) + "]");
    }

    /// A link counts, wherever it leads: out here that may be elsewhere.
    private static boolean hasFile(Mount mount, String path) {
        if (!path.startsWith(mount.inside() + "/")) {
            return false;
        }
        var file = mount.source().resolve(path.substring(mount.inside().length() + 1));
        return Files.isSymbolicLink(file) || Files.isRegularFile(file);
    }

    private static EnvironmentUnavailableException unavailable(FunctionVersion version, Exception cause) {
        return new EnvironmentUnavailableException(
                "No execution environment for " + version.functionArn() + " can be started: " + cause.getMessage(),
                cause);
    }

    private Optional<Mount> layers(FunctionVersion version, Belongings belongings)
            throws IOException, InterruptedException {
        var layers = version.settings().layers();
        if (layers.isEmpty()) {
            return Optional.empty();
        }
        var merged = parts.code().unpacked(LayerUse.digests(layers));
        belongings.add(merged::close);
        return Optional.of(new Mount(merged.path(), EnvironmentVariables.LAYERS_ROOT, true));
    }

    /// Those inside are known before anything listens there; one of the machine is opened first.
    private EnvironmentVariables.Addresses addresses(
            ExecutionEnvironment environment, Journal journal, Belongings belongings) throws IOException {
        var group = journal.log().logGroup();
        var stream = journal.log().logStream();
        if (parts.inside().isPresent()) {
            var inside = parts.inside().get();
            return new EnvironmentVariables.Addresses(inside.runtimeApi(), inside.awsUrl(), group, stream);
        }
        var endpoint = parts.endpoints().open(environment);
        belongings.add(endpoint::close);
        return new EnvironmentVariables.Addresses(endpoint.address(), parts.serverUrl(), group, stream);
    }

    /// The sockets listen already: a runtime that was quicker waits in their queue. What is served ends after the
    /// processes, which would complain in the function's log.
    private void serveInside(ExecutionEnvironment environment, Sandbox sandbox, Journal journal, Belongings belongings)
            throws IOException {
        if (parts.inside().isPresent()) {
            var sockets = sandbox.takeSockets()
                    .orElseThrow(() -> new IOException("The sandbox has a network of its own without sockets in it"));
            var served = parts.inside().get().serve(environment, sockets, journal.log());
            belongings.addUndermost(served::close);
        }
    }

    private SandboxSpec spec(
            ExecutionEnvironment environment,
            Runtime runtime,
            List<Mount> mounts,
            List<String> command,
            Map<String, String> variables) {
        var version = environment.version();
        return new SandboxSpec(
                environment.id(),
                runtime.root(),
                mounts,
                manner.limits(version),
                parts.sandboxes().network(),
                parts.sandboxes().identity(),
                command,
                variables);
    }
}
