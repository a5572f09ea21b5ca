package dev.boda.runtime;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where interpreters are on a machine, by name; whether they run is for [InterpreterProbe] to say.
///
/// The shims of pyenv and rbenv are left out: they are scripts that choose among the versions which are looked at
/// directly, slowly,
/// and that fail for versions which are not selected.
final class InterpreterCandidates {

    /// What a `python3` or `ruby` may lead to: not worth running.
    private static final Pattern TOO_OLD = Pattern.compile("(python(2|3\\.[0-7])|ruby([12]|3\\.0))(\\..*)?");

    private final Map<String, String> environment;
    private final Path home;

    /// @param environment the server's own variables
    /// @param home        the user's folder
    InterpreterCandidates(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    /// A file that may be an interpreter.
    record Candidate(Language language, Path path) {}

    /// Every file in the usual places that is called like an interpreter, each real file once; the distribution's
    /// first, which start faster than those that version managers build.
    List<Candidate> find() {
        var found = new LinkedHashSet<Candidate>();
        for (var folder : folders()) {
            addFrom(folder, found);
        }
        return List.copyOf(found);
    }

    /// pyenv's folder, whether it exists or not.
    Path pyenv() {
        return path(environment.get("PYENV_ROOT"), home.resolve(".pyenv"));
    }

    /// nvm's folder, whether it exists or not.
    Path nvm() {
        return path(environment.get("NVM_DIR"), home.resolve(".nvm"));
    }

    /// rbenv's folder, whether it exists or not.
    Path rbenv() {
        return path(environment.get("RBENV_ROOT"), home.resolve(".rbenv"));
    }

    private Set<Path> folders() {
        var folders = new LinkedHashSet<Path>();
        folders.add(Path.of("/usr/bin"));
        folders.add(Path.of("/usr/local/bin"));
        folders.addAll(versions(pyenv().resolve("versions")));
        folders.addAll(versions(nvm().resolve("versions/node")));
        folders.addAll(jvms());
        folders.addAll(versions(rbenv().resolve("versions")));
        for (var entry : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            var folder = path(entry, Path.of(""));
            if (folder.isAbsolute()) {
                folders.add(folder);
            }
        }
        folders.remove(pyenv().resolve("shims"));
        folders.remove(rbenv().resolve("shims"));
        return folders;
    }

    /// The `bin` folders of JVMs: of the distribution, of sdkman, of macOS, and that of `JAVA_HOME`.
    private List<Path> jvms() {
        var folders = new ArrayList<>(versions(Path.of("/usr/lib/jvm")));
        var sdkman = path(environment.get("SDKMAN_DIR"), home.resolve(".sdkman"));
        folders.addAll(versions(sdkman.resolve("candidates/java")));
        versions(Path.of("/Library/Java/JavaVirtualMachines"))
                .forEach(bin -> folders.add(bin.resolveSibling("Contents/Home/bin")));
        var ofVariable = path(environment.get("JAVA_HOME"), Path.of(""));
        if (ofVariable.isAbsolute()) {
            folders.add(ofVariable.resolve("bin"));
        }
        return folders;
    }

    /// The `bin` folders of a version manager's versions, the newest first.
    private static List<Path> versions(Path folder) {
        var versions = new ArrayList<Path>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
            entries.forEach(versions::add);
        } catch (IOException _) {
            return List.of();
        }
        versions.sort(
                Comparator.comparing((Path version) -> version.getFileName().toString(), Interpreter::compareVersions)
                        .reversed());
        return versions.stream().map(version -> version.resolve("bin")).toList();
    }

    private static void addFrom(Path folder, Set<Candidate> found) {
        try (var entries = Files.newDirectoryStream(folder)) {
            for (var entry : entries) {
                var language = Language.ofProgram(entry.getFileName().toString());
                if (language.isPresent() && Files.isExecutable(entry) && Files.isRegularFile(entry)) {
                    var file = entry.toRealPath();
                    if (!TOO_OLD.matcher(file.getFileName().toString()).matches()) {
                        found.add(new Candidate(language.get(), file));
                    }
                }
            }
        } catch (IOException _) {
            // A folder of PATH need not exist, nor be readable.
        }
    }

    private static Path path(@Nullable String text, Path otherwise) {
        try {
            return text == null || text.isBlank() ? otherwise : Path.of(text);
        } catch (InvalidPathException _) {
            return otherwise;
        }
    }
}
