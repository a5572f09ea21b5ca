package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import dev.boda.runtime.Runtime;
import dev.boda.runtime.StartCaches;
import dev.boda.sandbox.SandboxProvider.Output;
import dev.boda.sandbox.SandboxSpec.Mount;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A start for invocations: quicker where an earlier one left a cache, and its output is the function's log.
///
/// @param missed is told of versions that could have one and have none
record UsualStart(Optional<StartCaches> caches, Consumer<FunctionVersion> missed) implements ColdStart.Manner {

    /// Where it is inside.
    private static final String FOLDER = "/var/boda/start-cache";

    @Override
    public List<String> command(
            FunctionVersion version,
            Runtime runtime,
            Map<String, String> variables,
            List<Mount> mounts,
            Belongings belongings) {
        var command = runtime.commandWith(variables);
        try {
            return quicker(command, version, runtime, variables, mounts, belongings);
        } catch (RuntimeException _) {
            // Nobody needs a cache. Those who make them say what is wrong.
            return command;
        }
    }

    private List<String> quicker(
            List<String> command,
            FunctionVersion version,
            Runtime runtime,
            Map<String, String> variables,
            List<Mount> mounts,
            Belongings belongings) {
        var caching = caches.flatMap(_ -> runtime.startCaching(variables));
        if (caching.isEmpty()) {
            return command;
        }
        var held = caches.flatMap(its -> its.find(version.id(), runtime));
        if (held.isEmpty()) {
            missed.accept(version);
            return command;
        }
        belongings.add(held.get()::close);
        mounts.add(new Mount(held.get().folder(), FOLDER, true));
        return caching.get().reading(command, FOLDER + "/" + StartCaches.FILE);
    }

    @Override
    public Output output(Journal journal) {
        return journal.log();
    }
}
