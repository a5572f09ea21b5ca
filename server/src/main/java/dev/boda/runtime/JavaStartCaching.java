package dev.boda.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The AOT cache of JDK 25 and newer, which holds classes loaded and linked, and constants resolved, as they were at
/// the
/// end of a training run. <https://openjdk.org/jeps/514>
///
/// The JVM passes over a cache of another build of it, of another class path or other options, and says so in the
/// function's log, which its options here leave out.
///
/// @param quiet whether the JVM's words on the cache are left out
record JavaStartCaching(boolean quiet) implements StartCaching {

    private static final int MAKES_CACHES_AT_EXIT = 25;

    private static final List<String> OPTIONS_OF_USERS =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /// Options that say what is to be cached, may say so elsewhere, or let somebody see each class as it is loaded.
    private static final Pattern STANDS_BACK = Pattern.compile("-XX:[+-]?\\w*(AOT|Archive|Shared|Dump|CDS)|-Xshare"
            + "|-XX:(VMOptionsFile|Flags)|(^|\\s)@|-javaagent|-agent(lib|path)|-Xrun|-Xdebug");

    private static final Pattern SPEAKS = Pattern.compile("-Xlog:[^\\s]*(aot|cds|all)|-Xlog(\\s|$)");

    /// The JVM makes the cache in a process of its own when it ends; only then it can be read.
    private static final String WRITE = """
            cache="${TMPDIR:-/tmp}/.boda-start-cache-$$"
            trap 'kill -TERM "$jvm"' TERM
            program="$1"
            shift
            "$program" "-XX:AOTCacheOutput=$cache" "$@" >/dev/null 2>&1 &
            jvm=$!
            wait "$jvm"
            while kill -0 "$jvm" 2>/dev/null; do wait "$jvm"; done
            cat "$cache" && printf '%s' "$WHOLE"
            """.replace("$WHOLE", WHOLE);

    /// Empty if the JVM cannot do it, or the function's own variables have something to say about it.
    ///
    /// @param actual of the JVM
    static Optional<StartCaching> of(int actual, Map<String, String> variables) {
        var options = OPTIONS_OF_USERS.stream()
                .map(name -> variables.getOrDefault(name, ""))
                .collect(Collectors.joining(" "));
        return actual < MAKES_CACHES_AT_EXIT || STANDS_BACK.matcher(options).find()
                ? Optional.empty()
                : Optional.of(new JavaStartCaching(!SPEAKS.matcher(options).find()));
    }

    @Override
    public List<String> reading(List<String> command, String file) {
        var options = new ArrayList<String>();
        options.add("-XX:AOTCache=" + file);
        if (quiet) {
            options.add("-Xlog:aot*=off");
            options.add("-Xlog:cds*=off");
        }
        var whole = new ArrayList<>(command);
        whole.addAll(1, options);
        return List.copyOf(whole);
    }

    @Override
    public List<String> writing(List<String> command) {
        return Stream.concat(Stream.of("/bin/sh", "-c", WRITE, "start-cache"), command.stream())
                .toList();
    }
}
