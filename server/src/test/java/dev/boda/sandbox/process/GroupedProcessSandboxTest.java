package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.RecordedOutput;
import org.junit.jupiter.api.Test;

/// Where this user can make control groups.
class GroupedProcessSandboxTest extends ProcessSandboxContract {

    @Override
    boolean grouped() {
        return true;
    }

    @Test
    void whatIsFrozenCanBeClosed() throws Exception {
        var output = new RecordedOutput();
        var sandbox = shell("echo up; while :; do :; done", output);
        await(() -> output.raw().equals("up\n"));
        sandbox.freeze();
        sandbox.close();
        assertThat(folder.resolve("state/environments")).isEmptyDirectory();
    }
}
