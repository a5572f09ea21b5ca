package dev.boda.bench.subject;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// JVMs with the packaged server's options: the launcher starts the benchmark with them.
public final class JavaProcess {

    private JavaProcess() {}

    /// A program of the benchmark's class path.
    public static ProcessBuilder builder(Class<?> main, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-D") && !option.startsWith("-XX:AOT"))
                .forEach(command::add);
        // What the manifest of the server's jar opens to a server that is started by it.
        command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }
}
