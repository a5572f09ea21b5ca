package dev.boda.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A runtime client in a real interpreter, with `/var/runtime` and `/var/task` where they are in the test, and a file
/// as its log descriptor.
final class ClientProcess implements AutoCloseable {

    static final Path CLIENTS = Path.of("..", "runtimes").toAbsolutePath().normalize();

    private static final int FRAME = 0xa55a0003;

    /// What a frame's type has and that of a message in JSON has not.
    private static final int TEXT = 1;

    private static final long LIMIT_SECONDS = 20;

    private final RuntimeApiStub api = new RuntimeApiStub();
    private final Path logFile;
    private final Process process;

    private ClientProcess(List<String> command, Map<String, String> environment, Path task, String opening)
            throws IOException {
        logFile = Files.createTempFile(task.getParent(), "frames", "");
        var shell = "exec 7>>\"$0\"; "
                + opening.replace("API", "/dev/tcp/" + api.address().replace(':', '/')) + " exec \"$@\"";
        var all = new ArrayList<>(List.of("/bin/bash", "-c", shell, logFile.toString()));
        all.addAll(command);
        var builder = new ProcessBuilder(all).directory(task.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("AWS_LAMBDA_RUNTIME_API", api.address());
        process = builder.start();
    }

    /// The interpreters of this machine.
    static Stream<Interpreter> interpreters(String language) {
        var home = Path.of(System.getProperty("user.home"));
        try {
            var folder = Files.createTempDirectory("boda-test");
            var cache = folder.resolve("interpreters");
            var found = new InterpreterScan(Map.of(), CLIENTS, cache, System.getenv(), home)
                    .scan()
                    .found();
            Files.deleteIfExists(cache);
            Files.delete(folder);
            return found.stream().filter(interpreter -> interpreter.language().equals(language));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// @param task      the function's folder
    /// @param variables of the function, beside those that every environment has
    static ClientProcess start(Interpreter interpreter, Path task, String handler, Map<String, String> variables)
            throws IOException {
        return start(interpreter, task, handler, variables, "");
    }

    /// @param opening what the shell does before it becomes the client; `API` in it is the Runtime API, as a file
    static ClientProcess start(
            Interpreter interpreter, Path task, String handler, Map<String, String> variables, String opening)
            throws IOException {
        var language = Language.of(interpreter.language()).orElseThrow();
        var runtimeFolder = variables.getOrDefault(
                "LAMBDA_RUNTIME_DIR", CLIENTS.resolve(language.id()).toString());
        var environment = new HashMap<String, String>();
        language.searchPath(language.versionOf(interpreter.version()), List.of())
                .forEach((name, value) -> environment.put(name, value.replace("/var/runtime", runtimeFolder)));
        environment.putAll(Map.of(
                "_HANDLER", handler,
                "LAMBDA_TASK_ROOT", task.toString(),
                "LAMBDA_RUNTIME_DIR", runtimeFolder,
                "AWS_LAMBDA_FUNCTION_NAME", "greeter",
                "AWS_LAMBDA_FUNCTION_VERSION", "$LATEST",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128",
                "AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/greeter",
                "AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/21/[$LATEST]0123",
                "LANG", "en_US.UTF-8",
                "_LAMBDA_TELEMETRY_LOG_FD", "7"));
        environment.putAll(variables);
        var command = language.command(interpreter.path()).stream()
                .map(part -> part.replace("/var/runtime", runtimeFolder))
                .toList();
        return new ClientProcess(command, environment, task, opening);
    }

    RuntimeApiStub api() {
        return api;
    }

    /// Answers the client's init error, and returns it.
    RuntimeApiStub.Request initError() throws IOException {
        var error = api.take();
        RuntimeApiStub.expect(error, "POST", "/2018-06-01/runtime/init/error");
        api.accepted();
        return error;
    }

    /// The status the process ends with by itself.
    int exitStatus() throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("The runtime client did not end");
        }
        return process.exitValue();
    }

    /// The framed messages so far.
    List<String> messages() throws IOException {
        var frames = ByteBuffer.wrap(Files.readAllBytes(logFile));
        var messages = new ArrayList<String>();
        while (frames.hasRemaining()) {
            if ((frames.getInt() | TEXT) != FRAME) {
                throw new AssertionError("No frame begins at byte " + (frames.position() - Integer.BYTES));
            }
            var message = new byte[frames.getInt()];
            frames.getLong();
            frames.get(message);
            messages.add(new String(message, StandardCharsets.UTF_8));
        }
        return messages;
    }

    /// All that was written to the log descriptor so far, frames or not.
    String frames() throws IOException {
        return Files.readString(logFile, StandardCharsets.ISO_8859_1);
    }

    /// The next line that went past the log descriptor; waits for it.
    String outputLine() throws IOException {
        return process.inputReader().readLine();
    }

    /// What went past the log descriptor, once the process has ended.
    String rawOutput() throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        api.close();
    }
}
