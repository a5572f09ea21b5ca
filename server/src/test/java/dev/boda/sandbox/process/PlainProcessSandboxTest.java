package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
}
