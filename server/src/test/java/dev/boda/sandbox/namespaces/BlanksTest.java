package dev.boda.sandbox.namespaces;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.os.ProcessTable;
import dev.boda.sandbox.egress.Egress;
import dev.boda.sandbox.process.OwnLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What waits for functions, as root.
class BlanksTest {

    private static final long LONGEST_NANOS = 20_000_000_000L;

    @TempDir
    private Path folder;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectories(folder.resolve("disk"));
        run("mount", "-t", "tmpfs", "none", disk.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        if (Files.readString(Path.of("/proc/self/mountinfo")).contains(disk.toString())) {
            run("umount", disk.toString());
        }
    }

    @Test
    void whatIsUnmountedIsSoonHeldByNoneThatWaits() throws Exception {
        var settings =
                new NamespaceSandboxProvider.Settings(folder.resolve("state"), 4L << 30, 4566, Egress.Settings.OPEN);
        try (var _ = NamespaceSandboxProvider.start(settings, new Rights(false, 0, 0))) {
            await(() -> waitingWithTheDisk().size() >= 10);
            int before = children().size();
            run("umount", disk.toString());
            await(() -> waitingWithTheDisk().isEmpty());
            await(() -> children().size() >= before);
        }
    }

    @Test
    void whatIsReplacedOrUnmountedIsNoticedWhatIsMountedElsewhereIsNot() throws Exception {
        var before = HostRoot.look();
        assertThat(before.holds(HostRoot.look())).isTrue();
        run("umount", disk.toString());
        var after = HostRoot.look();
        assertThat(before.holds(after)).isFalse();
        assertThat(after.holds(before)).isTrue();
        var files = new ArrayList<>(after.files());
        files.set(files.size() - 1, "another");
        assertThat(after.holds(new HostRoot.Seen(after.mounts(), files))).isFalse();
    }

    @Test
    void aServerThatMayHoldLittleHasFewWaiting() {
        assertThat(Blanks.ahead(new OwnLimits(1_024, 1_024))).isEqualTo(12);
        assertThat(Blanks.ahead(new OwnLimits(256, 1_024))).isEqualTo(4);
        assertThat(Blanks.ahead(new OwnLimits(1_024, 100))).isEqualTo(3);
        assertThat(Blanks.ahead(new OwnLimits(40, 10))).isEqualTo(2);
    }

    @Test
    void whatIsMountedOverWhatIsShownIsNoticed() {
        var before = new HostRoot.Seen(Set.of(mountAt("/"), mountAt("/usr/lib/first")), List.of());

        assertThat(before.holds(before)).isTrue();
        for (var place : List.of("/usr/lib", "/usr/lib/a\\040folder/below", "/etc/ssl/certs")) {
            var now = new HostRoot.Seen(Set.of(mountAt("/"), mountAt("/usr/lib/first"), mountAt(place)), List.of());
            assertThat(before.holds(now)).as(place).isFalse();
        }
        for (var place : List.of("/var/lib/containers/1", "/usr/library", "/etc/ssl")) {
            var now = new HostRoot.Seen(Set.of(mountAt("/"), mountAt("/usr/lib/first"), mountAt(place)), List.of());
            assertThat(before.holds(now)).as(place).isTrue();
        }
    }

    private static String mountAt(String place) {
        return "36 35 98:0 / " + place + " rw,noatime master:1 - ext4 /dev/root rw";
    }

    private Set<Integer> waitingWithTheDisk() {
        return children().stream().filter(this::holdsTheDisk).collect(Collectors.toSet());
    }

    private static Set<Integer> children() {
        return Set.copyOf(ProcessTable.descendants((int) ProcessHandle.current().pid(), Integer.MAX_VALUE));
    }

    private boolean holdsTheDisk(int pid) {
        try {
            return Files.readString(Path.of("/proc", Integer.toString(pid), "mountinfo"))
                    .contains(disk.toString());
        } catch (IOException ended) {
            return false;
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
