package dev.boda.bench.subject;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import javax.tools.ToolProvider;

/// One small program in each language: it answers `{}` at once, and ends its environment when the event says
/// `{"what":"exit"}`.
public final class Programs {

    /// Ends the environment: the next call starts one.
    public static final byte[] EXIT = "{\"what\":\"exit\"}".getBytes(StandardCharsets.UTF_8);

    private static final String PYTHON = """
            import os
            def handler(event, context):
                if event.get("what") == "exit":
                    os._exit(3)
                return {"hello": ""}
            """;

    private static final String NODE = """
            export const handler = async (event) => {
              if (event.what === "exit") process.exit(3);
              return { hello: "" };
            };
            """;

    private static final String RUBY = """
            def handler(event:, context:)
              Process.exit!(3) if event["what"] == "exit"
              { hello: "" }
            end
            """;

    private static final String JAVA = """
            import java.util.Map;
            public class Hello {
                public Map<String, String> handle(Map<String, String> event) {
                    if ("exit".equals(event.get("what"))) {
                        Runtime.getRuntime().halt(3);
                    }
                    return Map.of("hello", "");
                }
            }
            """;

    private static final String BASH = """
            #!/bin/bash
            api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
            headers=$(mktemp)
            while true; do
              event=$(curl -sS -D "$headers" "$api/next")
              [[ $event == *exit* ]] && exit 3
              id=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$headers" | tr -d '[:space:]' | cut -d: -f2)
              curl -sS "$api/$id/response" -d '{"hello":""}' >/dev/null
            done
            """;

    private static final int PROGRAM = 25;

    private Programs() {}

    /// What a function is made of.
    public record Program(String handler, byte[] zip) {}

    /// In a language that is interpreted; of Java the classes, for a JVM of that release.
    ///
    /// @param scratch a folder to write into
    public static Program of(String language, int javaRelease, Path scratch) throws IOException {
        return switch (language) {
            case "python" -> new Program("index.handler", zip(Map.of("index.py", text(PYTHON)), scratch));
            case "nodejs" -> new Program("index.handler", zip(Map.of("index.mjs", text(NODE)), scratch));
            case "ruby" -> new Program("index.handler", zip(Map.of("index.rb", text(RUBY)), scratch));
            case "java" ->
                new Program("Hello::handle", zip(Map.of("Hello.class", compiled(javaRelease, scratch)), scratch));
            case "bash" -> new Program("none", zip(Map.of("bootstrap", text(BASH)), scratch));
            default -> throw new IllegalArgumentException(language);
        };
    }

    /// In a language that is compiled, as the acceptance tests build it by AWS's own client; empty if they have not.
    public static Optional<Program> built(String language, Path scratch) throws IOException {
        var cache = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("boda/test-tools/programs");
        if (!Files.isDirectory(cache)) {
            return Optional.empty();
        }
        try (var programs = Files.newDirectoryStream(cache, language + "-????????????????")) {
            Optional<Path> newest = Optional.empty();
            for (var program : programs) {
                if (newest.isEmpty()
                        || Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(newest.get())) > 0) {
                    newest = Optional.of(program);
                }
            }
            return newest.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Program(
                            "none", zip(Map.of("bootstrap", Files.readAllBytes(newest.get())), scratch)));
        }
    }

    private static byte[] text(String source) {
        return source.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] compiled(int release, Path scratch) throws IOException {
        var folder = Files.createTempDirectory(scratch, "java");
        var source = Files.writeString(folder.resolve("Hello.java"), JAVA);
        var compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null
                || compiler.run(
                                null,
                                null,
                                null,
                                "--release",
                                String.valueOf(Math.min(release, PROGRAM)),
                                "-d",
                                folder.toString(),
                                source.toString())
                        != 0) {
            throw new IOException("Java's program does not compile");
        }
        return Files.readAllBytes(folder.resolve("Hello.class"));
    }

    private static byte[] zip(Map<String, byte[]> files, Path scratch) throws IOException {
        var folder = Files.createTempDirectory(scratch, "zip");
        var path = folder.resolve("function.zip");
        try (var zip = FileSystems.newFileSystem(path, Map.of("create", "true", "enablePosixFileAttributes", "true"))) {
            for (var file : files.entrySet()) {
                var inside = Files.write(zip.getPath(file.getKey()), file.getValue());
                Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        var bytes = Files.readAllBytes(path);
        try (var made = Files.walk(folder)) {
            for (var each : made.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        return bytes;
    }
}
