package dev.boda.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The folder of a JVM: what it says of itself, and what belongs to it.
final class JavaHome {

    private static final Path ETC = Path.of("/etc");

    /// What distributions keep in `/etc` of a JVM, and link to: one of each folder of theirs.
    private static final List<String> CONFIGURED = List.of(
            "lib/jvm.cfg",
            "lib/amd64/jvm.cfg",
            "lib/logging.properties",
            "conf/logging.properties",
            "lib/security/java.security",
            "conf/security/java.security");

    private static final Pattern HOME = setting("home");
    private static final Pattern VERSION = setting("version");

    /// `1.8.0_402`, `17.0.15`, `25`, `26-ea`.
    private static final Pattern NUMBERS = Pattern.compile("(?:1\\.)?(\\d+)(?:\\.(\\d+))?(?:[._](\\d+))?.*");

    private JavaHome() {}

    /// Version and program, out of what `-XshowSettings:properties` prints; nothing if it is not there. Every version
    /// gets three numbers, and Java 8's begins with its 8.
    static List<String> told(List<String> printed) {
        var home = found(HOME, printed);
        var numbers = found(VERSION, printed).map(NUMBERS::matcher).filter(version -> version.matches());
        if (home.isEmpty() || numbers.isEmpty()) {
            return List.of();
        }
        var version = numbers.get();
        return List.of(
                version.group(1) + "." + orZero(version.group(2)) + "." + orZero(version.group(3)),
                Path.of(home.get(), "bin", "java").toString());
    }

    /// What a JVM needs to run: its folder, and its configuration where a distribution keeps that.
    ///
    /// @param program in the `bin` folder of its home
    static List<Path> folders(Path program) {
        var home = program.resolveSibling("..").normalize();
        Set<Path> folders = new LinkedHashSet<>(List.of(home));
        for (var name : CONFIGURED) {
            configuration(home.resolve(name)).ifPresent(folders::add);
        }
        return List.copyOf(folders);
    }

    /// `/etc/java-17-openjdk`, `/etc/java`; nothing else of `/etc`, which has secrets.
    private static Optional<Path> configuration(Path file) {
        try {
            if (Files.exists(file)) {
                var real = file.toRealPath();
                if (real.startsWith(ETC) && real.getName(1).toString().startsWith("java")) {
                    return Optional.of(ETC.resolve(real.getName(1)));
                }
            }
            return Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Pattern setting(String name) {
        return Pattern.compile("\\s*java\\." + name + " = (\\S.*)");
    }

    private static Optional<String> found(Pattern setting, List<String> printed) {
        return printed.stream()
                .map(setting::matcher)
                .filter(line -> line.matches())
                .map(line -> line.group(1).strip())
                .findFirst();
    }

    private static String orZero(@Nullable String number) {
        return number == null ? "0" : number;
    }
}
