package dev.boda.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A language that Boda can run: how its interpreters are called, and how one is started as AWS starts it.
enum Language {
    /// Java 8 and newer; the feature release is what counts, `21`, `8` of the id `java8.al2`. The client is AWS's own.
    JAVA("java", "Java", Pattern.compile("java")) {
        @Override
        Version versionOf(String version) {
            return new Version(Integer.parseInt(version.split("\\.", -1)[0]), 0);
        }

        @Override
        List<String> probe(Path clients) {
            return List.of("-XshowSettings:properties", "-version");
        }

        @Override
        boolean tellsOnStandardError() {
            return true;
        }

        @Override
        List<String> told(List<String> printed) {
            return JavaHome.told(printed);
        }

        @Override
        Path client(Path clients) {
            return clients.resolve("java/target/runtime");
        }

        @Override
        List<String> command(Path interpreter) {
            return JavaCommand.of(interpreter);
        }

        @Override
        List<String> completed(List<String> command, Version wanted, Version actual, Map<String, String> variables) {
            return JavaCommand.completed(command, wanted.major(), actual.major(), variables);
        }

        @Override
        boolean mayKeepStarts() {
            return true;
        }

        @Override
        Optional<StartCaching> startCaching(Version actual, Map<String, String> variables) {
            return JavaStartCaching.of(actual.major(), variables);
        }

        @Override
        List<Path> folders(Path program) {
            return JavaHome.folders(program);
        }

        @Override
        Map<String, String> searchPath(Version version, List<String> sdk) {
            return Map.of();
        }

        @Override
        Version newest() {
            return new Version(25, 0);
        }

        @Override
        boolean isSupported(Version version) {
            return version.major() >= OLDEST_JAVA;
        }

        @Override
        boolean canStandIn(Version interpreter, Version wanted) {
            // An older one cannot load the classes that are compiled for the runtime.
            return !wanted.isNewerThan(interpreter);
        }
    },
    /// Python 3.8 and newer; the minor version is what counts, `3.12`.
    PYTHON("python", "Python", Pattern.compile("python3(\\.([89]|\\d\\d))?")) {
        @Override
        Version versionOf(String version) {
            var parts = version.split("\\.", -1);
            return new Version(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        }

        @Override
        List<String> probe(Path clients) {
            return List.of("-I", "-S", "-c", PYTHON_PROBE, clients.resolve(id()).toString());
        }

        @Override
        List<String> command(Path interpreter) {
            // Without the user's own site-packages: they are no part of the machine's runtime. Without writing
            // compiled files: as on AWS, the function's folder stays as it is.
            return List.of(interpreter.toString(), "-s", "-B", "/var/runtime/bootstrap.py");
        }

        @Override
        Map<String, String> searchPath(Version version, List<String> sdk) {
            // The SDK is there for the processes that a function starts: to them it is no site-packages, as on AWS.
            var folders = new ArrayList<>(List.of("/var/runtime"));
            folders.addAll(sdk);
            var variables = new HashMap<>(Map.of("PYTHONPATH", String.join(":", folders), "_BODA_LAYERS", "/opt"));
            // The client puts it in its place, even where a function has a PYTHONPATH of its own.
            sdk.forEach(folder -> variables.put("_BODA_SDK", folder));
            return variables;
        }

        @Override
        Version newest() {
            return new Version(3, 14);
        }

        @Override
        boolean isSupported(Version version) {
            return version.major() == 3 && version.minor() >= OLDEST_PYTHON_MINOR;
        }
    },
    /// Node.js 18 and newer; the major version is what counts, `22`.
    NODEJS("nodejs", "Node.js", Pattern.compile("node(js)?(-?\\d+)?")) {
        @Override
        Version versionOf(String version) {
            return new Version(Integer.parseInt(version.split("\\.", -1)[0]), 0);
        }

        @Override
        List<String> probe(Path clients) {
            return List.of(
                    "-e",
                    NODE_PROBE,
                    clients.resolve(id()).resolve("compile.cjs").toString());
        }

        @Override
        List<String> command(Path interpreter) {
            return List.of(interpreter.toString(), "/var/runtime/index.cjs");
        }

        @Override
        Map<String, String> searchPath(Version version, List<String> sdk) {
            return Map.of(
                    "NODE_PATH",
                    "/opt/nodejs/node" + version.major() + "/node_modules:/opt/nodejs/node_modules"
                            + ":/var/runtime/node_modules:/var/runtime:/var/task");
        }

        @Override
        Version newest() {
            return new Version(24, 0);
        }

        @Override
        boolean isSupported(Version version) {
            return version.major() >= OLDEST_NODE_MAJOR;
        }
    },
    /// Ruby 3.1 and newer; the minor version is what counts, `3.3`.
    RUBY("ruby", "Ruby", Pattern.compile("ruby(\\d\\.\\d)?")) {
        @Override
        Version versionOf(String version) {
            return PYTHON.versionOf(version);
        }

        @Override
        List<String> probe(Path clients) {
            return List.of("--disable=gems", "-e", RUBY_PROBE);
        }

        @Override
        List<String> command(Path interpreter) {
            return List.of(interpreter.toString(), "/var/runtime/bootstrap.rb");
        }

        @Override
        Map<String, String> searchPath(Version version, List<String> sdk) {
            // Folders of gems have three numbers, of which the last is 0, in a package as in a layer.
            var gems = version.major() + "." + version.minor() + ".0";
            return Map.of(
                    "GEM_PATH",
                    "/var/task/vendor/bundle/ruby/" + gems + ":/opt/ruby/gems/" + gems,
                    "RUBYLIB",
                    "/var/task:/var/runtime/lib:/opt/ruby/lib");
        }

        @Override
        Version newest() {
            return new Version(4, 0);
        }

        @Override
        boolean isSupported(Version version) {
            return !OLDEST_RUBY.isNewerThan(version);
        }
    };

    /// Prints version and real path. CPython only: the client relies on its modules. Compiles the runtime client,
    /// which saves every later cold start some milliseconds; where the folder cannot be written it stays as it is.
    private static final String PYTHON_PROBE = """
            import os, platform, sys
            assert platform.python_implementation() == "CPython"
            print("%d.%d.%d" % sys.version_info[:3])
            print(os.path.realpath(sys.executable))
            sys.stdout.flush()
            if sys.version_info >= (3, 8):
                import compileall
                compileall.compile_dir(sys.argv[1], quiet=2)
            """;

    /// Prints version and real path. Compiles the runtime client, as Python's does.
    private static final String NODE_PROBE = """
            console.log(process.versions.node + '\\n' + process.execPath);
            try {
              require(process.argv[1]);
            } catch {}
            """;

    /// Prints version and real path. CRuby only: what AWS runs, and what packages are made for.
    private static final String RUBY_PROBE = """
            exit(1) unless RUBY_ENGINE == "ruby"
            require "rbconfig"
            puts RUBY_VERSION, File.realpath(RbConfig.ruby)
            """;

    private static final Pattern EXACT_VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+");
    private static final int OLDEST_JAVA = 8;
    private static final int OLDEST_PYTHON_MINOR = 8;
    private static final int OLDEST_NODE_MAJOR = 18;
    private static final Version OLDEST_RUBY = new Version(3, 1);

    private final String id;
    private final String displayName;
    private final Pattern programs;

    Language(String id, String displayName, Pattern programs) {
        this.id = id;
        this.displayName = displayName;
        this.programs = programs;
    }

    /// What an interpreter's version means for AWS's ids; a major version alone has minor 0.
    record Version(int major, int minor) {

        boolean isNewerThan(Version other) {
            return major > other.major || (major == other.major && minor > other.minor);
        }

        /// How far another version is away; a step of the major version is the larger one. Ruby 3.4 is nearer to 4.0
        /// than 3.1 is.
        int distance(Version other) {
            return Math.abs((major - other.major) * MAJOR_STEP + minor - other.minor);
        }

        private static final int MAJOR_STEP = 1000;
    }

    /// The language of a runtime, if it is one of these.
    static Optional<Language> of(String id) {
        for (var language : values()) {
            if (language.id.equals(id)) {
                return Optional.of(language);
            }
        }
        return Optional.empty();
    }

    /// The language of a program with this name, if it looks like an interpreter.
    static Optional<Language> ofProgram(String name) {
        for (var language : values()) {
            if (language.programs.matcher(name).matches()) {
                return Optional.of(language);
            }
        }
        return Optional.empty();
    }

    /// As in [KnownRuntime#language()] and [Runtime#language()].
    String id() {
        return id;
    }

    /// As people write it.
    String displayName() {
        return displayName;
    }

    /// The version that decides which runtime an interpreter is; also of a version as runtime ids have it, `3.12`,
    /// `22`.
    abstract Version versionOf(String version);

    /// Arguments that make an interpreter print its version and its real path, a line each.
    ///
    /// @param clients the folder of the runtime clients
    abstract List<String> probe(Path clients);

    /// Whether the probe's answer is on standard error.
    boolean tellsOnStandardError() {
        return false;
    }

    /// Version and real path, a line each, out of what the probe printed; fewer lines if they are not there.
    List<String> told(List<String> printed) {
        return printed;
    }

    /// What a program says of itself.
    ///
    /// @param version `3.12.1`
    /// @param path    where it really is
    record Answer(String version, String path) {}

    /// What the probe printed; empty if that is no interpreter's answer.
    final Optional<Answer> answer(List<String> printed) {
        var lines = told(printed);
        return lines.size() < 2 || !EXACT_VERSION.matcher(lines.getFirst()).matches()
                ? Optional.empty()
                : Optional.of(new Answer(lines.getFirst(), lines.get(1)));
    }

    /// The folder on the machine that is `/var/runtime` inside.
    Path client(Path clients) {
        return clients.resolve(id);
    }

    /// Whether an interpreter of another version may run a runtime's functions.
    boolean canStandIn(Version interpreter, Version wanted) {
        return true;
    }

    /// Starts the runtime client. Its file is the last argument, before which wrappers put options of the interpreter:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper>
    abstract List<String> command(Path interpreter);

    /// The command of an environment with these variables, which may depend on the function.
    ///
    /// @param command as [#command(Path)] made it
    /// @param wanted  the version of the runtime id
    /// @param actual  the interpreter's
    List<String> completed(List<String> command, Version wanted, Version actual, Map<String, String> variables) {
        return command;
    }

    /// Whether any interpreter of it keeps what starts compute.
    boolean mayKeepStarts() {
        return false;
    }

    /// How an interpreter of this version keeps what starts compute, in environments with these variables; empty if it
    /// does not.
    Optional<StartCaching> startCaching(Version actual, Map<String, String> variables) {
        return Optional.empty();
    }

    /// What an interpreter needs to run, beside what every program finds.
    List<Path> folders(Path program) {
        return Interpreter.around(program);
    }

    /// Where AWS lets this language look for modules, and what the client must be told of these places.
    ///
    /// @param sdk folders inside to look in too
    abstract Map<String, String> searchPath(Version version, List<String> sdk);

    /// The newest version whose runtime is offered. A newer interpreter may stand in for it.
    abstract Version newest();

    /// Whether the runtime client runs on this version.
    abstract boolean isSupported(Version version);
}
