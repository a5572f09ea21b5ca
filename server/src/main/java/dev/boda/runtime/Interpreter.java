package dev.boda.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// An interpreter that ran and told its version.
///
/// @param language `python`, `nodejs`, `java` or `ruby`
/// @param version  `3.12.1`
/// @param path     its executable file, links resolved
public record Interpreter(String language, String version, Path path) {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    /// What it needs to run.
    List<Path> folders() {
        return Language.of(language).map(its -> its.folders(path)).orElseGet(() -> around(path));
    }

    /// A program's `bin` folder with its neighbours that hold libraries. Of a folder that is not an interpreter's own,
    /// such as a person's, only the file.
    static List<Path> around(Path program) {
        var folder = program.resolveSibling("");
        var home = folder.getParent();
        if (home == null || !folder.endsWith("bin") || home.equals(Path.of(System.getProperty("user.home")))) {
            return List.of(program);
        }
        return Stream.of("bin", "lib", "lib64", "libexec")
                .map(home::resolve)
                .filter(Files::isDirectory)
                .toList();
    }

    /// Orders `3.9.18` before `3.10.1`, and so for every text with numbers in it.
    static int compareVersions(String one, String other) {
        return Arrays.compare(numbers(one), numbers(other));
    }

    private static int[] numbers(String version) {
        return NUMBER.matcher(version)
                .results()
                .mapToInt(number -> Integer.parseInt(number.group()))
                .toArray();
    }
}
