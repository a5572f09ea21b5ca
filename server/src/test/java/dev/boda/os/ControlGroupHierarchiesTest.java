package dev.boda.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupHierarchiesTest {

    @TempDir
    Path self;

    private ControlGroupHierarchies find(String memberships, String mounts) throws IOException {
        Files.writeString(self.resolve("cgroup"), memberships);
        Files.writeString(self.resolve("mountinfo"), mounts);
        return ControlGroupHierarchies.find(self);
    }

    private static ControlGroup group(String folder) {
        return new ControlGroup(Path.of(folder));
    }

    @Test
    void inVersion2TheOwnGroupIsBelowTheMount() throws Exception {
        var found = find("0::/user.slice/user-1000.slice/session-3.scope\n", """
                23 28 0:22 / /sys rw,nosuid - sysfs sysfs rw
                29 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate
                """);
        assertThat(found.unified()).contains(group("/sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope"));
        assertThat(found.controllers()).isEmpty();
        assertThat(found.describe()).isEqualTo("version 2");
    }

    @Test
    void onAHybridEveryControllerHasTheGroupOfItsOwnHierarchy() throws Exception {
        var found = find("""
                11:memory:/process_api/ac7a
                4:cpu,cpuacct:/system.slice/boda.service
                2:name=systemd:/
                0::/system.slice/boda.service
                """, """
                32 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
                35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:1 - cgroup cgroup rw,memory
                40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
                41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
                """);
        assertThat(found.unified()).contains(group("/sys/fs/cgroup/unified/system.slice/boda.service"));
        assertThat(found.controllers())
                .containsEntry("memory", group("/sys/fs/cgroup/memory/process_api/ac7a"))
                .containsEntry("cpu", group("/sys/fs/cgroup/cpu,cpuacct/system.slice/boda.service"))
                .doesNotContainKey("pids");
        assertThat(found.describe()).isEqualTo("hybrid: version 2, and version 1 for cpu, cpuacct, memory, systemd");
    }

    @Test
    void aContainerThatIsShownItsOwnPartOnlyHasItsGroupAtTheMount() throws Exception {
        var found = find("5:memory:/docker/4f\n0::/docker/4f\n", """
                35 31 0:32 /docker/4f /sys/fs/cgroup/memory ro,relatime - cgroup cgroup rw,memory
                41 31 0:38 /docker /a\\040b rw,relatime - cgroup2 cgroup rw
                """);
        assertThat(found.controllers()).containsEntry("memory", group("/sys/fs/cgroup/memory"));
        assertThat(found.unified()).contains(group("/a b/4f"));
    }

    @Test
    void aGroupThatNoMountShowsIsNotFound() throws Exception {
        var found = find("0::/../other\n", "41 31 0:38 /docker/4f /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw\n");
        assertThat(found.unified()).isEmpty();
        assertThat(found.describe()).isEqualTo("none mounted");
    }

    @Test
    void withoutProcNothingIsFound() throws Exception {
        assertThat(ControlGroupHierarchies.find(self.resolve("none")).describe())
                .isEqualTo("none mounted");
    }
}
