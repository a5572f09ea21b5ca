package dev.boda.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;

/// Paths inside a root file system, followed as a process would whose root it is: a link, absolute or with as many `..`
/// as it likes, ends inside. Nobody else may change the root meanwhile.
public final class RootPaths {

    private static final int MOST_LINKS = 40;

    private RootPaths() {}

    /// Where a path of the root is on this machine, all links resolved. What does not exist stays as it is written.
    public static Path resolve(Path root, String inside) throws IOException {
        return follow(root, inside, false);
    }

    /// As [#resolve(Path, String)], but a link at the path's end stays one.
    static Path place(Path root, String inside) throws IOException {
        return follow(root, inside, true);
    }

    private static Path follow(Path root, String inside, boolean keepLast) throws IOException {
        var left = new ArrayDeque<String>(List.of(inside.split("/", -1)));
        left.removeIf(String::isEmpty);
        Path place = root;
        int links = 0;
        while (!left.isEmpty()) {
            var name = left.removeFirst();
            if (name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                place = place.equals(root) ? root : place.resolveSibling("").normalize();
                continue;
            }
            var next = child(place, name);
            if (!Files.isSymbolicLink(next) || (keepLast && left.isEmpty())) {
                place = next;
                continue;
            }
            if (++links > MOST_LINKS) {
                throw new ImageRefusedException("Links lead to further links without end at " + inside + ".");
            }
            var target = Files.readSymbolicLink(next).toString();
            var names = target.split("/", -1);
            for (int i = names.length - 1; i >= 0; i--) {
                if (!names[i].isEmpty()) {
                    left.addFirst(names[i]);
                }
            }
            place = target.startsWith("/") ? root : place;
        }
        return place;
    }

    private static Path child(Path folder, String name) throws ImageRefusedException {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException e) {
            throw new ImageRefusedException(
                    "A name cannot be one of a file under this locale (it should be UTF-8): " + e.getInput(), e);
        }
    }
}
