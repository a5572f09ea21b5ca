package dev.boda.runtime;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/// For tests of the Ruby client, in every Ruby that this machine has.
abstract class RubyFunctions extends ClientFixture {

    static Stream<Interpreter> rubies() {
        return ClientProcess.interpreters("ruby");
    }

    ClientProcess start(Interpreter ruby, String handler, Map<String, String> variables) throws IOException {
        // The functions' folders as the sandboxes translate them.
        var folders = task() + ":" + ClientProcess.CLIENTS.resolve("ruby/lib") + ":/opt/ruby/lib";
        var all = new HashMap<>(Map.of("RUBYLIB", folders));
        all.putAll(variables);
        return ClientProcess.start(ruby, task(), handler, all);
    }
}
