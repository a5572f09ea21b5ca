package dev.boda.runtime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A runtime in AWS's table, whether or not this machine or this version of Boda can run it; deprecated ones included.
/// From the `Runtime` enumeration of Lambda's model and
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>.
///
/// @param id       `python3.12`
/// @param language `python`, `nodejs`, `java`, `dotnet`, `ruby`, `go`, `provided`
/// @param version  what follows the language in the id, without `.x`: `3.12`, `22`, `8.al2`
/// @param isOsOnly whether the function brings the runtime; its handler is for that to read
public record KnownRuntime(String id, String language, String version, boolean isOsOnly) {

    /// From the longest, because `dotnetcore` begins like `dotnet`.
    private static final List<String> LANGUAGES =
            List.of("provided", "dotnetcore", "python", "nodejs", "dotnet", "java", "ruby", "go");

    private static final Map<String, KnownRuntime> TABLE = table(
            "nodejs",
            "nodejs4.3",
            "nodejs4.3-edge",
            "nodejs6.10",
            "nodejs8.10",
            "nodejs10.x",
            "nodejs12.x",
            "nodejs14.x",
            "nodejs16.x",
            "nodejs18.x",
            "nodejs20.x",
            "nodejs22.x",
            "nodejs24.x",
            "nodejs26.x",
            "python2.7",
            "python3.6",
            "python3.7",
            "python3.8",
            "python3.9",
            "python3.10",
            "python3.11",
            "python3.12",
            "python3.13",
            "python3.14",
            "python3.15",
            "java8",
            "java8.al2",
            "java8.al2023",
            "java11",
            "java11.al2023",
            "java17",
            "java17.al2023",
            "java21",
            "java25",
            "dotnetcore1.0",
            "dotnetcore2.0",
            "dotnetcore2.1",
            "dotnetcore3.1",
            "dotnet6",
            "dotnet8",
            "dotnet10",
            "ruby2.5",
            "ruby2.7",
            "ruby3.2",
            "ruby3.3",
            "ruby3.4",
            "ruby4.0",
            "go1.x",
            "provided",
            "provided.al2",
            "provided.al2023");

    /// The runtime of this id, if AWS ever had it.
    public static Optional<KnownRuntime> find(String id) {
        return Optional.ofNullable(TABLE.get(id));
    }

    /// All of them, by language and age.
    public static List<KnownRuntime> all() {
        return List.copyOf(TABLE.values());
    }

    /// Whether what starts of this runtime compute could be kept, with some interpreter, for functions of some
    /// variables; [Runtime#startCaching(Map)] says it exactly.
    public static boolean mayKeepStarts(String id) {
        return find(id).filter(known -> !known.isOsOnly())
                .flatMap(known -> Language.of(known.language()))
                .filter(Language::mayKeepStarts)
                .isPresent();
    }

    private static Map<String, KnownRuntime> table(String... ids) {
        var table = new LinkedHashMap<String, KnownRuntime>();
        Stream.of(ids).map(KnownRuntime::of).forEach(runtime -> table.put(runtime.id, runtime));
        return table;
    }

    private static KnownRuntime of(String id) {
        var prefix = LANGUAGES.stream().filter(id::startsWith).findFirst().orElseThrow();
        var version = id.substring(prefix.length()).replaceFirst("^\\.", "").replaceFirst("(\\.x|-edge)$", "");
        var language = prefix.equals("dotnetcore") ? "dotnet" : prefix;
        boolean first = id.equals("nodejs"); // it stood for Node.js 0.10
        return new KnownRuntime(id, language, first ? "0.10" : version, prefix.equals("provided"));
    }
}
