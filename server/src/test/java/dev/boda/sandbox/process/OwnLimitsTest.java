package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.os.ResourceLimits;
import dev.boda.sandbox.SandboxSpec.Limits;
import org.junit.jupiter.api.Test;

class OwnLimitsTest {

    @Test
    void anEnvironmentHasWhatAwsGives() {
        var limits = OwnLimits.within(new ResourceLimits(4_096, Long.MAX_VALUE));

        assertThat(limits.bound(Limits.of(128, 512))).isEqualTo(Limits.of(128, 512));
        assertThat(limits.openFilesGuarantee()).isEqualTo("Open files: at most 1,024 a process.");
        assertThat(limits.processesGuarantee())
                .contains("at most 1,024 processes")
                .doesNotContain("ulimit");
    }

    @Test
    void aServerThatHasLessGivesNoMoreThanThat() {
        var limits = OwnLimits.within(new ResourceLimits(256, 100));

        assertThat(limits.bound(Limits.of(128, 512))).isEqualTo(new Limits(128, 512, 100, 256));
        assertThat(limits.openFilesGuarantee()).contains("at most 256 a process", "ulimit -n");
        assertThat(limits.processesGuarantee()).contains("at most 100 processes", "ulimit -u");
    }
}
