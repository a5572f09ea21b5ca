package dev.boda.sandbox.namespaces;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What a sandbox sees of the machine's own files: its programs and libraries, and the interpreter's.
final class HostRoot {

    private static final List<String> TOP = List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");
    private static final List<String> BELOW_USR =
            List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32", "libexec", "share");

    /// What libraries read: where libraries are, whom to trust, names of ports.
    private static final List<String> ETC = List.of(
            "ld.so.cache",
            "ld.so.conf",
            "ld.so.conf.d",
            "alternatives",
            "ssl/certs",
            "ssl/openssl.cnf",
            "ca-certificates",
            "pki/ca-trust",
            "pki/tls/certs",
            "crypto-policies",
            "services",
            "protocols",
            "mime.types");

    private static final List<Path> SHOWN = Stream.of(below("/", TOP), below("/usr", BELOW_USR), below("/etc", ETC))
            .flatMap(List::stream)
            .toList();

    /// The number of this field in a line of mountinfo.
    private static final int MOUNT_POINT = 4;

    private HostRoot() {}

    private static List<Path> below(String folder, List<String> names) {
        return names.stream().map(name -> Path.of(folder, name)).toList();
    }

    /// The machine's programs and libraries.
    static void show(RootFiles root) throws IOException {
        for (var place : SHOWN) {
            show(root, place);
        }
        root.link("/etc/os-release", "../usr/lib/os-release");
        root.link("/etc/localtime", "../usr/share/zoneinfo/UTC");
    }

    /// What was true of the machine when a root was prepared: a root shows, and keeps busy, what was mounted then, and
    /// the files of then where they have been replaced since.
    ///
    /// @param mounts lines of `/proc/self/mountinfo`
    /// @param files  what lies at the places that are shown
    record Seen(Set<String> mounts, List<String> files) {

        /// Whether nothing that was shown has been unmounted or replaced, and nothing mounted over it. What else is
        /// mounted in addition does not matter: somebody's containers may come and go all day.
        boolean holds(Seen now) {
            return now.mounts.containsAll(mounts)
                    && now.files.equals(files)
                    && now.mounts.stream().noneMatch(mount -> isShown(mount) && !mounts.contains(mount));
        }

        /// <https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html>
        private static boolean isShown(String mount) {
            var place = Path.of(mount.split(" ", MOUNT_POINT + 2)[MOUNT_POINT]);
            return SHOWN.stream().anyMatch(place::startsWith);
        }
    }

    static Seen look() throws IOException {
        var files = new ArrayList<String>();
        for (var place : SHOWN) {
            files.add(identity(place));
        }
        return new Seen(Set.copyOf(Files.readAllLines(Path.of("/proc/self/mountinfo"))), List.copyOf(files));
    }

    private static String identity(Path path) throws IOException {
        if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        var found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return found.isSymbolicLink() ? Files.readSymbolicLink(path).toString() : String.valueOf(found.fileKey());
    }

    /// @param folders of the interpreter, or its file if it lies in none of its own, by their real paths
    static void showInterpreter(RootFiles root, List<Path> folders) throws IOException {
        for (var folder : folders) {
            if (BELOW_USR.stream().noneMatch(name -> folder.startsWith(Path.of("/usr", name)))) {
                show(root, folder);
            }
        }
    }

    private static void show(RootFiles root, Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            root.link(path.toString(), Files.readSymbolicLink(path).toString());
        } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            root.bindFolder(path.toString(), path.toString(), true);
        } else if (Files.exists(path)) {
            root.bindFile(path.toString(), path.toString());
        }
    }
}
