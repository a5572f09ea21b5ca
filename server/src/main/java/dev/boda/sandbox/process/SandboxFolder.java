package dev.boda.sandbox.process;

import dev.boda.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/// What a sandbox has on disk: a record of its processes, so that a later server can remove them, and its private
/// temporary folder.
record SandboxFolder(Path path) {

    private static final String RECORD = "process";
    private static final int WORDS = 3;

    /// Makes the folder of a new sandbox.
    ///
    /// @throws StoreUnavailableException if the disk does not take it
    static SandboxFolder create(Path parent, String name) throws IOException {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new IOException("'" + name + "' cannot name a sandbox");
        }
        try {
            return new SandboxFolder(Files.createDirectory(parent.resolve(name)));
        } catch (IOException e) {
            throw StoreUnavailableException.writing(parent, e);
        }
    }

    String name() {
        return path.getFileName().toString();
    }

    /// @param variable `NAME=value` that its processes are started with, and no other sandbox's: process ids
    ///                 are soon another's, who may belong to another server
    /// @throws StoreUnavailableException if the disk does not take it
    void write(ProcessMarks marks, String variable) {
        try {
            Files.writeString(path.resolve(RECORD), marks.pid() + " " + marks.startTicks() + " " + variable);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /// Where the environment has its temporary files if nothing is mounted.
    ///
    /// @throws StoreUnavailableException if the disk does not take it
    Path makeTemporary() {
        try {
            return Files.createDirectory(TranslatedPaths.temporary(path));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /// Named by the folder of all: the same for every sandbox.
    private StoreUnavailableException unwritable(IOException cause) {
        var parent = path.getParent();
        return StoreUnavailableException.writing(parent == null ? path : parent, cause);
    }

    /// The marks that an earlier server wrote; when it ended before, those that need no record.
    ProcessMarks read() throws IOException {
        var temporary = TranslatedPaths.temporary(path);
        var words = words();
        if (words.isEmpty()) {
            return new ProcessMarks(0, Long.MAX_VALUE, temporary, SandboxOutput.TELEMETRY_VARIABLE);
        }
        return new ProcessMarks(
                Integer.parseInt(words.get().get(0)),
                Long.parseLong(words.get().get(1)),
                temporary,
                words.get().get(2));
    }

    private Optional<List<String>> words() throws IOException {
        try {
            var words = List.of(Files.readString(path.resolve(RECORD)).split(" ", WORDS));
            return words.size() == WORDS ? Optional.of(words) : Optional.empty();
        } catch (NoSuchFileException never) {
            return Optional.empty();
        }
    }

    /// Removes the folder and all that the function left in it, whatever modes it gave.
    void remove() throws IOException {
        remove(path);
    }

    private static void remove(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try {
                removeContent(path);
            } catch (AccessDeniedException closed) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
                removeContent(path);
            }
        }
        Files.deleteIfExists(path);
    }

    private static void removeContent(Path folder) throws IOException {
        try (var content = Files.newDirectoryStream(folder)) {
            for (var path : content) {
                remove(path);
            }
        }
    }
}
