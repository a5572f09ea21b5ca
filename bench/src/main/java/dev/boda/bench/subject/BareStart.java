package dev.boda.bench.subject;

import dev.boda.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A program started with nothing around it.
///
/// @param command     that writes an `x`
/// @param environment all variables
public record BareStart(List<String> command, Map<String, String> environment) {

    private static final String RUNTIME = "/var/runtime";

    private static final String NODE_IMPORTS = """
            require('/var/runtime/lib/console.cjs');
            require('/var/runtime/lib/loop.cjs');
            """;

    /// The interpreter with a program of one word, and as little else as it takes.
    public static BareStart of(Runtime runtime) {
        var interpreter = Languages.interpreter(runtime).toString();
        return new BareStart(
                runtime.language().equals("python")
                        ? List.of(interpreter, "-s", "-c", "import os; os.write(1, b'x')")
                        : List.of(interpreter, "-e", "require('fs').writeSync(1, 'x')"),
                variables(runtime));
    }

    /// The interpreter as the runtime starts it, with the variables that the runtime gives it, and a program that
    /// imports what the runtime client imports before it asks for work.
    ///
    /// @param folder to write the program into
    public static BareStart withImports(Runtime runtime, Path folder) throws IOException {
        return runtime.language().equals("python")
                ? program(runtime, folder.resolve("imports.py"), """
                        import sys
                        sys.path.insert(0, '/var/runtime')
                        from boda_runtime import loop
                        import os
                        os.write(1, b'x')
                        """)
                : program(runtime, folder.resolve("imports.cjs"), NODE_IMPORTS + "require('fs').writeSync(1, 'x');\n");
    }

    /// The same with an ES module that does nothing: Node.js makes ready for the first of them for milliseconds,
    /// whoever's it is.
    ///
    /// @param folder to write the programs into
    public static BareStart withEsModule(Runtime runtime, Path folder) throws IOException {
        Files.writeString(folder.resolve("nothing.mjs"), "");
        return program(
                runtime,
                folder.resolve("esmodule.cjs"),
                NODE_IMPORTS + "import('./nothing.mjs').then(() => require('fs').writeSync(1, 'x'));\n");
    }

    private static BareStart program(Runtime runtime, Path program, String source) throws IOException {
        Files.writeString(
                program, source.replace(RUNTIME, Languages.client(runtime).toString()));
        var command = new ArrayList<String>();
        for (var word : runtime.command()) {
            command.add(word.startsWith(RUNTIME + "/") ? program.toString() : word);
            if (word.startsWith(RUNTIME + "/")) {
                break;
            }
        }
        return new BareStart(command, variables(runtime));
    }

    /// Not those of whoever measures: with NODE_EXTRA_CA_CERTS Node.js takes more than twice as long.
    private static Map<String, String> variables(Runtime runtime) {
        var client = Languages.client(runtime).toString();
        var variables = new TreeMap<String, String>();
        runtime.environment().forEach((name, value) -> variables.put(name, value.replace(RUNTIME, client)));
        return variables;
    }

    /// Until the byte has come, in nanoseconds; the program's own end is not counted. Negative when it failed.
    public long toFirstByte() throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        long begun = System.nanoTime();
        var process = builder.start();
        int first = process.getInputStream().read();
        long nanos = System.nanoTime() - begun;
        return process.waitFor() == 0 && first == 'x' ? nanos : -1;
    }

    /// Until a program has ended, in nanoseconds. Negative when it failed.
    public static long toEnd(List<String> command) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        int status = new ProcessBuilder(command).start().waitFor();
        return status == 0 ? System.nanoTime() - begun : -1;
    }
}
