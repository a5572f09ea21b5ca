package dev.boda.sandbox.namespaces;

import dev.boda.sandbox.SandboxSpec.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a sandbox sees of an unpacked image: everything, except where something of the sandbox's own lies. A folder
/// that holds such a place is made anew and its other children are shown in it, so nothing is written to the image.
final class ImageRoot {

    private static final List<String> OWN = List.of(
            "/proc",
            "/dev",
            "/tmp",
            "/sys",
            "/run",
            "/etc/passwd",
            "/etc/group",
            "/etc/hosts",
            "/etc/hostname",
            "/etc/resolv.conf",
            "/etc/nsswitch.conf");

    private final RootFiles root;
    private final Path image;
    private final List<String> own;

    private ImageRoot(RootFiles root, Path image, List<String> own) {
        this.root = root;
        this.image = image;
        this.own = own;
    }

    static void show(RootFiles root, Path image, List<Mount> mounts) throws IOException {
        var own = new ArrayList<>(OWN);
        mounts.forEach(mount -> own.add(mount.inside()));
        new ImageRoot(root, image, own).showChildren("");
    }

    private void showChildren(String folder) throws IOException {
        try (var children = Files.newDirectoryStream(image.resolve("." + folder))) {
            for (var child : children) {
                show(folder + "/" + child.getFileName(), child);
            }
        }
    }

    private void show(String path, Path source) throws IOException {
        if (own.contains(path)) {
            return;
        }
        if (Files.isSymbolicLink(source)) {
            root.link(path, Files.readSymbolicLink(source).toString());
        } else if (!Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
                root.bindFile(source.toString(), path);
            }
        } else if (own.stream().anyMatch(place -> place.startsWith(path + "/"))
                || SandboxRoot.EMPTY.stream().anyMatch(place -> place.startsWith(path + "/"))) {
            root.folder(path);
            showChildren(path);
        } else {
            root.bindFolder(source.toString(), path, true);
        }
    }
}
