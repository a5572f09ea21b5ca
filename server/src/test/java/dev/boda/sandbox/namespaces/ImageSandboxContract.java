package dev.boda.sandbox.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.sandbox.ProgramRefusedException;
import dev.boda.sandbox.RecordedOutput;
import dev.boda.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What sandboxes in namespaces do with an unpacked image as their root file system.
abstract class ImageSandboxContract extends NamespaceSandboxContract {

    private static final int MANY = 2_000;

    /// What a function in Debian's own Python finds, which Boda's runtime client has started there.
    @Test
    void aFunctionRunsInAnUnpackedDistribution() throws Exception {
        var image = Distribution.root();
        var found = new TreeMap<String, String>();
        for (var line : probed(image).split("\n", -1)) {
            found.put(line.substring(0, line.indexOf(": ")), line.substring(line.indexOf(": ") + 2));
        }
        var ours = List.of("passwd", "group", "hosts", "hostname", "resolv.conf", "nsswitch.conf");
        var etc = new ArrayList<>(names(image.resolve("etc")));
        ours.stream().filter(name -> !etc.contains(name)).forEach(etc::add);
        assertThat(found)
                .containsEntry(
                        "program",
                        Files.readSymbolicLink(image.resolve("usr/bin/python3")).toString())
                .containsEntry("os-release", oneLine(image.resolve("usr/lib/os-release")))
                .containsEntry("packages", String.valueOf(Files.size(image.resolve("var/lib/dpkg/status"))))
                .containsEntry("shell", "of the image's shell")
                .containsEntry("machine", "")
                .containsEntry("root", words(names(image)))
                .containsEntry("etc", words(etc))
                .containsEntry("hosts", "127.0.0.1 localhost sandbox ::1 localhost")
                .containsEntry("resolv.conf", "nameserver 127.0.0.1")
                .containsEntry("user", "sbx_user1051 of root sbx_user1051")
                .containsEntry("var-task", "handler.txt probe.py")
                .containsEntry("opt", "a-layer")
                .containsEntry("var-runtime", "boda_runtime bootstrap.py")
                .containsEntry("tmp", "[] written")
                .containsEntry("dev", "fd full null random stderr stdin stdout urandom zero")
                .containsEntry("proc", "only ours")
                .containsEntry("written", "")
                .containsEntry("setuid-files", "nosuid")
                .containsEntry("setuid-id", "same")
                .containsEntry("su", "refused")
                .containsEntry("mount", "refused")
                .containsEntry("passwd", "refused")
                .containsEntry("nodes", "null EACCES zero EACCES");
        assertThat(Integer.parseInt(found.get("tried"))).isGreaterThan(3_000);
    }

    private String probed(Path image) throws Exception {
        try (var probe = ImageSandboxContract.class.getResourceAsStream("probe.py")) {
            Files.copy(probe, folder.resolve("code/probe.py"), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.createDirectories(folder.resolve("layers/a-layer"));
        var usual = spec(List.of("python3", "/var/runtime/bootstrap.py"));
        var mounts = new ArrayList<>(usual.mounts());
        mounts.add(new SandboxSpec.Mount(folder.resolve("layers"), "/opt", true));
        mounts.add(new SandboxSpec.Mount(Path.of("../runtimes/python").toRealPath(), "/var/runtime", true));
        var variables = new HashMap<>(usual.environment());
        variables.putAll(Map.of("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001", "_HANDLER", "probe.handler"));
        var spec = changed(usual, image, mounts, variables);
        var output = new RecordedOutput();
        try (var sandbox = provider.start(spec, output);
                var sockets = sandbox.takeSockets().orElseThrow()) {
            return Distribution.invoke(
                    sockets.runtimeApi(), "[\"" + folder + "\", \"" + System.getProperty("java.home") + "\"]");
        } finally {
            assertThat(output.raw()).isEmpty();
        }
    }

    private static String oneLine(Path file) throws IOException {
        return Files.readString(file).strip().replace('\n', ' ').replace('"', '\'');
    }

    private static List<String> names(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String words(List<String> names) {
        return String.join(" ", names.stream().sorted().toList());
    }

    @Test
    void anUnpackedImageIsSeenWithTheSandboxsOwnPlacesInIt() throws Exception {
        var image = smallImage();
        Files.createDirectories(image.resolve("var/cache"));
        Files.writeString(image.resolve("var/cache/of-the-image"), "of the image");
        Files.writeString(image.resolve("etc/hosts"), "of the image");
        Files.writeString(image.resolve("etc/release"), "a release\n");
        assertThat(run(image, "cat /var/cache/of-the-image handler.txt /etc/release; cat /etc/hosts; ls /"))
                .startsWith("of the imagethe handlera release\n127.0.0.1 localhost")
                .doesNotContain("usr")
                .contains("tmp\nvar\n");
        try (var task = Files.list(image.resolve("var"))) {
            assertThat(task).containsExactly(image.resolve("var/cache"));
        }
    }

    @Test
    void nothingIsMadeBehindALinkOfAnImage() throws Exception {
        var image = Files.createDirectories(folder.resolve("hostile"));
        var victim = Files.createDirectories(folder.resolve("victim"));
        Files.createSymbolicLink(image.resolve("etc"), victim);
        Files.createSymbolicLink(image.resolve("var"), victim);
        assertThatThrownBy(() -> provider.start(rootedAt(image, spec(List.of("/bin/sh"))), new RecordedOutput()))
                .hasMessageContaining("is a link");
        assertThat(victim).isEmptyDirectory();
    }

    /// More than one message takes, with what images have in these places instead of files and folders.
    @Test
    void anImageWithThousandsOfFilesBelowEtcIsSeen() throws Exception {
        var image = smallImage();
        for (int i = 0; i < MANY; i++) {
            Files.writeString(image.resolve("etc/file-" + i), "number " + i + "\n");
        }
        Files.createDirectories(image.resolve("etc/folder"));
        Files.writeString(image.resolve("etc/folder/file"), "in a folder\n");
        Files.createSymbolicLink(image.resolve("etc/resolv.conf"), Path.of("../run/systemd/resolve/stub-resolv.conf"));
        Files.createSymbolicLink(image.resolve("etc/mtab"), Path.of("../proc/self/mounts"));
        Files.createDirectories(image.resolve("var"));
        Files.createSymbolicLink(image.resolve("var/tmp"), Path.of("../tmp"));
        assertThat(run(
                        image,
                        "cat /etc/file-0 /etc/file-" + (MANY - 1) + " /etc/folder/file /etc/resolv.conf "
                                + "/etc/hostname handler.txt; : > /var/tmp/mine && ls /tmp"))
                .isEqualTo("number 0\nnumber " + (MANY - 1) + "\nin a folder\nnameserver 127.0.0.1\n"
                        + "sandbox\nthe handlermine\n");
        assertThat(run(image, "ls /etc").lines()).hasSize(MANY + 8).contains("passwd", "hosts", "mtab");
        assertThat(names(image.resolve("etc"))).hasSize(MANY + 3);
    }

    @Test
    void whatFailsBehindThousandsOfFilesIsNamed() throws Exception {
        var image = smallImage();
        for (int i = 0; i < MANY; i++) {
            Files.createFile(image.resolve("etc/file-" + i));
        }
        var usual = spec(List.of("/no/such/program"));
        assertThatThrownBy(() -> provider.start(rootedAt(image, usual), new RecordedOutput()))
                .isInstanceOfSatisfying(
                        ProgramRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo("no such file or directory"))
                .hasMessage("/no/such/program cannot be executed: No such file or directory");
        var mounts = List.of(new SandboxSpec.Mount(folder.resolve("missing"), "/mnt/late", true));
        assertThatThrownBy(
                        () -> provider.start(changed(usual, image, mounts, usual.environment()), new RecordedOutput()))
                .hasMessageContaining("missing at /mnt/late: No such file or directory");
    }

    private Path smallImage() throws Exception {
        var image = folder.resolve("image");
        for (var program : List.of("sh", "cat", "ls")) {
            copyProgram(Path.of("/bin", program).toRealPath(), image, "bin/" + program);
        }
        Files.createDirectories(image.resolve("etc"));
        return image;
    }

    private String run(Path image, String script) throws Exception {
        var output = new RecordedOutput();
        try (var sandbox = provider.start(rootedAt(image, spec(List.of("/bin/sh", "-c", script))), output)) {
            exitOf(sandbox);
        }
        return output.raw();
    }

    private static SandboxSpec rootedAt(Path image, SandboxSpec spec) {
        return changed(spec, image, spec.mounts(), spec.environment());
    }

    private static SandboxSpec changed(
            SandboxSpec spec, Path image, List<SandboxSpec.Mount> mounts, Map<String, String> environment) {
        return new SandboxSpec(
                spec.name(),
                new SandboxSpec.RootFileSystem.Directory(image),
                mounts,
                spec.limits(),
                spec.network(),
                spec.identity(),
                spec.command(),
                environment);
    }

    /// With the libraries that it is linked with, at their own paths.
    private static void copyProgram(Path program, Path image, String name) throws Exception {
        copy(program, image.resolve(name));
        var linked = new ProcessBuilder("ldd", program.toString()).start();
        var libraries = new String(linked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        for (var word : libraries.split("\\s+", -1)) {
            if (word.startsWith("/")) {
                copy(Path.of(word).toRealPath(), image.resolve(word.substring(1)));
            }
        }
    }

    private static void copy(Path file, Path place) throws IOException {
        Files.createDirectories(place.resolveSibling(""));
        Files.copy(file, place, StandardCopyOption.REPLACE_EXISTING);
    }
}
