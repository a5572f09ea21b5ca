package dev.boda.runtime;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Runs a program and asks for its version and its real path. Whatever does not answer both is no interpreter.
final class InterpreterProbe {

    private static final long LIMIT_SECONDS = 10;
    private static final int LONGEST_ANSWER = 8_192;

    /// Variables that change what interpreters do and print.
    private static final Pattern OF_INTERPRETERS =
            Pattern.compile("PYTHON.*|NODE_.*|RUBY.*|GEM_.*|BUNDLE_.*|_?(JAVA|JDK_JAVA)_.*OPTIONS");

    private final Path clients;

    /// @param clients the folder of the runtime clients
    InterpreterProbe(Path clients) {
        this.clients = clients;
    }

    /// The interpreter, if it runs and is one that the runtime client can use. Blocks a platform thread.
    Optional<Interpreter> run(Language language, Path program) throws InterruptedException {
        var command = new ArrayList<String>();
        command.add(program.toString());
        command.addAll(language.probe(clients));
        var builder = new ProcessBuilder(command)
                .redirectError(Redirect.DISCARD)
                .redirectErrorStream(language.tellsOnStandardError());
        builder.environment()
                .keySet()
                .removeIf(name -> OF_INTERPRETERS.matcher(name).matches());
        try {
            var process = builder.start();
            try {
                process.getOutputStream().close();
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    return Optional.empty();
                }
                var answer = process.getInputStream().readNBytes(LONGEST_ANSWER);
                return interpreter(
                        language,
                        new String(answer, StandardCharsets.UTF_8).lines().toList());
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Optional<Interpreter> interpreter(Language language, List<String> printed) throws IOException {
        var answer = language.answer(printed).filter(its -> language.isSupported(language.versionOf(its.version())));
        if (answer.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Interpreter(
                language.id(),
                answer.get().version(),
                Path.of(answer.get().path()).toRealPath()));
    }
}
