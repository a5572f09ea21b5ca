package dev.boda.code.live;

import dev.boda.code.LiveFolderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Which folders of this machine may be functions' code: those that the server was started with, and what is below
/// them, never the data directory. Links are followed before it is decided.
public final class LiveFolders {

    /// Where none was named.
    public static final LiveFolders NONE = new LiveFolders(List.of(), List.of(), Path.of("/"), false);

    private static final Set<PosixFilePermission> OPEN =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);

    private final List<Path> named;
    private final List<Path> real;
    private final Path data;
    private final boolean forOthers;

    private LiveFolders(List<Path> named, List<Path> real, Path data, boolean forOthers) {
        this.named = List.copyOf(named);
        this.real = List.copyOf(real);
        this.data = data;
        this.forOthers = forOthers;
    }

    /// @param named     absolute
    /// @param data      the data directory, which exists
    /// @param forOthers whether functions run as a user who owns no files: then a folder must be open to everybody
    /// @throws LiveFolderException if one of them cannot be named
    public static LiveFolders of(Collection<Path> named, Path data, boolean forOthers) throws LiveFolderException {
        var real = new ArrayList<Path>();
        var realData = realPath(data, "The data directory " + data + " cannot be found");
        for (var folder : named) {
            var path = realPath(folder, "The folder " + folder + " of --hot-reload is not there");
            if (!Files.isDirectory(path)) {
                throw new LiveFolderException(folder + ", named by --hot-reload, is no folder.");
            }
            if (path.startsWith(realData) || realData.startsWith(path)) {
                throw new LiveFolderException("The folder " + folder + " of --hot-reload "
                        + (path.equals(realData) ? "is" : path.startsWith(realData) ? "lies in" : "contains")
                        + " the data directory " + data + ", which no function may read. Name a folder of sources that"
                        + " lies elsewhere, or another data directory (--data-dir).");
            }
            real.add(path);
        }
        return new LiveFolders(List.copyOf(named), real, realData, forOthers);
    }

    private static Path realPath(Path path, String otherwise) throws LiveFolderException {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new LiveFolderException(otherwise + " (" + e + "). Make it, or correct its name.");
        }
    }

    /// What was named.
    public List<Path> named() {
        return named;
    }

    /// Where a folder that may be a function's code lies now, without links.
    ///
    /// @param path as somebody names it
    /// @throws LiveFolderException if it may not, or is none
    public Path check(String path) throws LiveFolderException {
        if (named.isEmpty()) {
            throw new LiveFolderException("This server runs no code from folders: it was started without --hot-reload."
                    + " './boda start --hot-reload DIR' allows the folder DIR and those below it.");
        }
        var folder = absolute(path);
        Path found;
        try {
            found = folder.toRealPath();
        } catch (IOException e) {
            throw isNamed(folder.normalize()) ? missing(path, e) : outside(path);
        }
        if (found.startsWith(data) || data.startsWith(found)) {
            throw new LiveFolderException("The folder " + path + " holds Boda's data, which no function may read.");
        }
        if (real.stream().noneMatch(found::startsWith)) {
            throw isNamed(folder.normalize()) ? leadsOut(path) : outside(path);
        }
        if (!Files.isDirectory(found)) {
            throw new LiveFolderException(path + " is no folder. Name the folder that the code lies in.");
        }
        if (!Files.isReadable(found) || !Files.isExecutable(found)) {
            throw new LiveFolderException("The folder " + path + " cannot be read by the user who started Boda.");
        }
        if (forOthers && !isOpen(found)) {
            throw new LiveFolderException(
                    "The folder " + path + " is closed to the user that functions run as. 'chmod -R" + " a+rX " + path
                            + "' opens it, and what is in it, to be read.");
        }
        return found;
    }

    private static boolean isOpen(Path folder) throws LiveFolderException {
        try {
            return Files.getPosixFilePermissions(folder).containsAll(OPEN);
        } catch (IOException e) {
            throw missing(folder.toString(), e);
        }
    }

    private static Path absolute(String path) throws LiveFolderException {
        try {
            var folder = Path.of(path);
            if (folder.isAbsolute()) {
                return folder;
            }
        } catch (InvalidPathException _) {
            // Said below.
        }
        throw new LiveFolderException("The folder of the code is named by its absolute path, such as"
                + " /home/me/project/src, as the S3Key of the bucket hot-reload, not '" + path + "'.");
    }

    private boolean isNamed(Path folder) {
        return named.stream().anyMatch(folder::startsWith) || real.stream().anyMatch(folder::startsWith);
    }

    private static LiveFolderException missing(String path, IOException why) {
        return new LiveFolderException(
                why instanceof NoSuchFileException
                        ? "There is no folder " + path + ". Make it, or correct the S3Key."
                        : "The folder " + path + " cannot be used: " + why);
    }

    /// Whether there is such a folder is not said.
    private LiveFolderException outside(String path) {
        return new LiveFolderException(
                "The folder " + path + " does not lie below a folder that this server was started" + " with, which are "
                        + namedFolders() + ". './boda start --hot-reload " + path + "' allows it.");
    }

    private LiveFolderException leadsOut(String path) {
        return new LiveFolderException("The path " + path + " leads by a link out of the folders that this server was"
                + " started with, which are " + namedFolders() + ". Name with --hot-reload where it leads, too.");
    }

    private String namedFolders() {
        return named.stream().map(Path::toString).collect(Collectors.joining(", "));
    }
}
