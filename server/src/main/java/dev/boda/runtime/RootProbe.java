package dev.boda.runtime;

import dev.boda.image.RootPaths;
import dev.boda.sandbox.InsideSockets;
import dev.boda.sandbox.Sandbox.Exit;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.SandboxSpec.Limits;
import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Finds the interpreter in a root file system: by its name, and then by running it there, isolated as a function is.
public final class RootProbe {

    /// AWS's own place first, then where distributions and the images of languages have them.
    private static final List<String> FOLDERS = List.of("/var/lang/bin", "/usr/local/bin", "/usr/bin", "/bin");

    private static final int LONGEST_ANSWER = 8_192;
    private static final long LIMIT_SECONDS = 20;
    private static final int MEGABYTES = 512;

    private final SandboxProvider sandboxes;

    public RootProbe(SandboxProvider sandboxes) {
        this.sandboxes = sandboxes;
    }

    /// The interpreter of a runtime's own version in the root, or a refusal that names what is there instead.
    ///
    /// @param source where the root came from
    /// @param digest of its image; empty for a folder
    public RuntimeRoot find(String id, Path root, String source, String digest)
            throws RuntimeUnavailableException, InterruptedException, IOException {
        var known = KnownRuntime.find(id).orElseThrow();
        var language = languageOf(id);
        var wanted = language.versionOf(known.version());
        var others = new ArrayList<String>();
        for (var program : programs(root, language)) {
            var answer = run(root, program, language);
            if (answer.version().isEmpty()) {
                others.add(program + " (which did not run: " + answer.said() + ")");
            } else if (language.versionOf(answer.version().get()).equals(wanted)) {
                return new RuntimeRoot(id, known.language(), answer.version().get(), program, root, source, digest);
            } else {
                others.add(program + ", " + language.displayName() + " "
                        + answer.version().get());
            }
        }
        throw new RuntimeUnavailableException(
                "There is no " + language.displayName() + " " + Remedies.version(known) + " in "
                        + source + ", which " + id + " needs: "
                        + (others.isEmpty() ? "nothing there is called like it" : String.join("; ", others)) + ".");
    }

    /// The image of AWS's for a runtime that Boda can run, or a refusal:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#runtimes-images-lp>
    public static String imageOf(String id) throws RuntimeUnavailableException {
        languageOf(id);
        var known = KnownRuntime.find(id).orElseThrow();
        return "public.ecr.aws/lambda/" + known.language() + ":" + known.version();
    }

    private static Language languageOf(String id) throws RuntimeUnavailableException {
        var known = KnownRuntime.find(id)
                .orElseThrow(() -> new RuntimeUnavailableException("There is no runtime " + id + "."));
        return RuntimeCatalog.runnable(known)
                .filter(language -> language.isSupported(language.versionOf(known.version())))
                .orElseThrow(() -> new RuntimeUnavailableException(Remedies.notBuilt(known)));
    }

    /// Files that are called like an interpreter, each once, as paths inside.
    static List<String> programs(Path root, Language language) throws IOException {
        var programs = new LinkedHashSet<String>();
        for (var name : FOLDERS) {
            var folder = RootPaths.resolve(root, name);
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (var files = Files.list(folder)) {
                for (var file : files.sorted().toList()) {
                    if (Language.ofProgram(file.getFileName().toString()).equals(Optional.of(language))) {
                        var real = RootPaths.resolve(root, "/" + root.relativize(file));
                        if (Files.isExecutable(real) && Files.isRegularFile(real)) {
                            programs.add("/" + root.relativize(real));
                        }
                    }
                }
            }
        }
        return List.copyOf(programs);
    }

    /// What a program said.
    private record Attempt(Optional<String> version, String said) {}

    private Attempt run(Path root, String program, Language language) throws InterruptedException, IOException {
        var command = new ArrayList<>(List.of(program));
        // The clients are not there: nothing is compiled.
        command.addAll(language.probe(Path.of("/var/runtime")));
        var spec = new SandboxSpec(
                UUID.randomUUID().toString(),
                new RootFileSystem.Directory(root),
                List.of(),
                Limits.of(MEGABYTES, MEGABYTES),
                sandboxes.network(),
                sandboxes.identity(),
                command,
                Map.of("PATH", RuntimeCatalog.PROGRAM_PATH, "LD_LIBRARY_PATH", RuntimeCatalog.LIBRARY_PATH));
        var said = new Said();
        var exit = new CompletableFuture<Exit>();
        try (var sandbox = sandboxes.start(spec, said)) {
            try (var _ = new Sockets(sandbox.takeSockets())) {
                sandbox.onExit(exit::complete);
                exit.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (TimeoutException _) {
            return new Attempt(Optional.empty(), "it did not end in " + LIMIT_SECONDS + " seconds");
        } catch (ExecutionException e) {
            throw new IllegalStateException("A sandbox ended in an unforeseen way", e.getCause());
        } catch (IOException e) {
            return new Attempt(Optional.empty(), String.valueOf(e.getMessage()));
        }
        var lines = said.text().lines().toList();
        return new Attempt(
                language.answer(lines).map(Language.Answer::version),
                lines.isEmpty() ? String.valueOf(exit.join()) : lines.getLast());
    }

    /// Nobody serves them.
    private record Sockets(Optional<InsideSockets> sockets) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (sockets.isPresent()) {
                sockets.get().close();
            }
        }
    }

    private static final class Said implements SandboxProvider.Output {

        // Guarded by this.
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public synchronized void raw(ByteBuffer more) {
            var some = new byte[Math.min(more.remaining(), LONGEST_ANSWER - Math.min(bytes.size(), LONGEST_ANSWER))];
            more.get(some);
            bytes.writeBytes(some);
        }

        @Override
        public void message(ByteBuffer more) {
            raw(more);
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
