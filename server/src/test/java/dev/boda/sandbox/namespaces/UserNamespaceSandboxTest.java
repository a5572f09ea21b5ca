package dev.boda.sandbox.namespaces;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// By a user namespace, as for an ordinary user.
class UserNamespaceSandboxTest extends ImageSandboxContract {

    @Override
    Rights rights() throws IOException {
        return Rights.toTry().getLast();
    }

    /// These tests may be root's: then the processes are root to the kernel.
    @Test
    void theKernelsSettingsCannotBeWritten() throws Exception {
        assertThat(run("for file in sys/kernel/core_pattern sysrq-trigger sys/vm/swappiness; do "
                        + "(echo 1 > /proc/$file) 2>/dev/null && echo wrote $file; done; id -u"))
                .isEqualTo("993\n");
    }
}
