package dev.boda.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// For tests of the Ruby client, in every Ruby that this machine has.
abstract class RubyFunctions {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    Path folder;

    static Stream<Interpreter> rubies() {
        return ClientProcess.interpreters("ruby");
    }

    static String invoke(ClientProcess client, String event) throws IOException {
        return client.api().invoke("r1", event, Map.of()).text();
    }

    static JsonNode json(RuntimeApiStub.Request request) {
        return JSON.readTree(request.text());
    }

    Path task() {
        return folder.resolve("task");
    }

    void file(String name, String source) throws IOException {
        var file = task().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
    }

    ClientProcess start(Interpreter ruby, String handler, Map<String, String> variables) throws IOException {
        // The functions' folders as the sandboxes translate them.
        var folders = task() + ":" + ClientProcess.CLIENTS.resolve("ruby/lib") + ":/opt/ruby/lib";
        var all = new HashMap<>(Map.of("RUBYLIB", folders));
        all.putAll(variables);
        return ClientProcess.start(ruby, task(), handler, all);
    }
}
