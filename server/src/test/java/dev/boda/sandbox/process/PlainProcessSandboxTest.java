package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// As an ordinary user.
class PlainProcessSandboxTest extends ProcessSandboxContract {

    @Override
    Set<ProcessSandboxProvider.Feature> features() {
        return EnumSet.noneOf(ProcessSandboxProvider.Feature.class);
    }

    @Override
    protected String taskRoot() {
        return folder.resolve("code").toString();
    }

    @Test
    void theTemporaryFolderIsPrivateByItsVariable() throws Exception {
        var temporary =
                run("cd \"$TMPDIR\" && pwd && mkdir -m 000 closed && : > left").strip();
        assertThat(temporary).startsWith(folder.resolve("state").toString());
        assertThat(Path.of(temporary)).doesNotExist();
    }
}
