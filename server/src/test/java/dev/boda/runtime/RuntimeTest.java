package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeTest {

    private static final List<String> COMMAND = List.of("/bin/echo", "started", "a b");

    @TempDir
    Path task;

    @Test
    void withoutAWrapperTheCommandIsTheRuntimesOwn() {
        assertThat(runtime().commandWith(Map.of("AWS_LAMBDA_EXEC_WRAPPER", ""))).isEqualTo(COMMAND);
    }

    @Test
    void aWrapperGetsTheCommandAsItsArguments() throws Exception {
        var wrapper = Files.writeString(task.resolve("wrap per"), "#!/bin/sh\necho $#; exec \"$@\"\n");
        assertThat(wrapper.toFile().setExecutable(true)).isTrue();

        assertThat(run(wrapper)).isEqualTo("3\nstarted a b\n0");
    }

    @Test
    void aWrapperThatCannotRunEndsInAwssWords() throws Exception {
        var wrapper = task.resolve("wrapper");
        assertThat(run(wrapper)).isEqualTo(wrapper + ": does not exist\n127");

        Files.writeString(wrapper, "#!/bin/sh\n");
        assertThat(run(wrapper)).isEqualTo(wrapper + ": is not an executable\n126");
    }

    /// What the start printed, and its exit status.
    private static String run(Path wrapper) throws IOException, InterruptedException {
        var variables = Map.of("AWS_LAMBDA_EXEC_WRAPPER", wrapper.toString());
        var builder = new ProcessBuilder(runtime().commandWith(variables));
        builder.environment().putAll(variables);
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return output + process.waitFor();
    }

    private static Runtime runtime() {
        return new Runtime(
                "python3.12",
                "python",
                "3.12.1",
                true,
                new RootFileSystem.Host(List.of()),
                List.of(),
                COMMAND,
                Map.of());
    }
}
