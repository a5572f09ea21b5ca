package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.RecordedOutput;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// As an ordinary user.
class PlainProcessSandboxTest extends ProcessSandboxContract {

    @Override
    boolean grouped() {
        return false;
    }

    @Test
    void theTemporaryFolderIsPrivateByItsVariable() throws Exception {
        var temporary =
                run("cd \"$TMPDIR\" && pwd && mkdir -m 000 closed && : > left").strip();
        assertThat(temporary).startsWith(folder.resolve("state").toString());
        assertThat(Path.of(temporary)).doesNotExist();
    }

    @Test
    void pathsInsideAreTheMachinesAlsoWhereTheyAreAnOptionsValue() throws Exception {
        var output = new RecordedOutput();
        var command = List.of("/bin/echo", "-Dlib=/var/task/lib", "/var/task", "--ratio=1=/var", "text=/var/task");
        try (var sandbox = provider.start(spec(command), output)) {
            exitOf(sandbox);
        }
        var code = folder.resolve("code");
        assertThat(output.raw().strip()).isEqualTo("-Dlib=" + code + "/lib " + code + " --ratio=1=/var text=/var/task");
    }
}
