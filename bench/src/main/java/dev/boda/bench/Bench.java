package dev.boda.bench;

import dev.boda.bench.subject.BareServer;
import dev.boda.bench.subject.BodaServer;
import dev.boda.bench.subject.Functions;
import dev.boda.bench.subject.Handlers;
import dev.boda.bench.subject.Languages;
import dev.boda.bench.subject.Sandboxes;
import dev.boda.runtime.Runtime;
import dev.boda.store.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is measured, running: the packaged server and the bare loop, both with nothing but a temporary folder.
final class Bench implements AutoCloseable {

    private final Path home;
    private final Path folder;
    private final Languages languages;
    private final BodaServer boda;
    private final BareServer bare;
    private final Functions functions;
    private final List<String> leftOut = new ArrayList<>();
    private final Set<String> created = new HashSet<>();
    private @Nullable Deployed plain;
    private @Nullable Deployed withoutCaches;
    private @Nullable Sandboxes sandboxes;

    /// A server and the functions in it.
    record Deployed(BodaServer server, Functions functions) {}

    private record Servers(BodaServer boda, BareServer bare) {}

    private Bench(Path home, Path folder, Languages languages, Servers servers, Functions functions) {
        this.home = home;
        this.folder = folder;
        this.languages = languages;
        this.boda = servers.boda();
        this.bare = servers.bare();
        this.functions = functions;
    }

    /// Starts both.
    ///
    /// @param home the folder Boda was built in
    /// @param set  tells what runs below the bare loop
    static Bench start(Path home, BenchSet set) throws IOException {
        var folder = Files.createTempDirectory("boda-bench");
        try {
            var languages = Languages.find(home, folder);
            var boda = BodaServer.start(home, folder.resolve("data"));
            try {
                var bare = BareServer.start(languages, set.bareHandlers(), set.runtimes(), folder.resolve("bare"));
                return new Bench(home, folder, languages, new Servers(boda, bare), new Functions(boda.url()));
            } catch (IOException | RuntimeException e) {
                boda.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            Trees.delete(folder);
            throw e;
        }
    }

    Languages languages() {
        return languages;
    }

    BodaServer boda() {
        return boda;
    }

    BareServer bare() {
        return bare;
    }

    Functions functions() {
        return functions;
    }

    /// The folder Boda was built in.
    Path home() {
        return home;
    }

    /// For what an experiment writes; removed in the end.
    Path scratch() throws IOException {
        return Files.createDirectories(folder.resolve("scratch"));
    }

    /// The function of that runtime and memory size, which gives back its event; created when first asked for.
    String function(Runtime runtime, int memoryMegabytes) throws IOException {
        return function(runtime, Handlers.HANDLER, memoryMegabytes);
    }

    /// The same with one of the [Handlers].
    String function(Runtime runtime, String handler, int memoryMegabytes) throws IOException {
        var name = runtime.language() + "-" + handler.replace('.', '-') + "-" + memoryMegabytes;
        if (created.add(name)) {
            functions.create(name, runtime.id(), handler, memoryMegabytes);
        }
        return name;
    }

    /// The same server with functions as plain processes; started when first asked for.
    Deployed plain() throws IOException {
        if (plain == null) {
            var server = BodaServer.start(home, folder.resolve("plain"), "--plain-processes");
            plain = new Deployed(server, new Functions(server.url()));
        }
        return plain;
    }

    /// The same server, which makes no AOT caches; started when first asked for.
    Deployed withoutCaches() throws IOException {
        if (withoutCaches == null) {
            var server = BodaServer.start(home, folder.resolve("without"), "--no-java-aot");
            withoutCaches = new Deployed(server, new Functions(server.url()));
        }
        return withoutCaches;
    }

    /// Something is not measured, for a reason.
    void leftOut(String reason) {
        leftOut.add(reason);
    }

    /// What is not measured, and why.
    List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    /// Where the server keeps everything.
    Path data() {
        return folder.resolve("data");
    }

    /// Sandboxes as the server makes them, made by this process; started when first asked for.
    Sandboxes sandboxes() throws IOException {
        if (sandboxes == null) {
            sandboxes = Sandboxes.start(folder.resolve("sandboxes"));
        }
        return sandboxes;
    }

    @Override
    public void close() throws IOException {
        if (sandboxes != null) {
            sandboxes.close();
        }
        if (plain != null) {
            plain.functions().close();
            plain.server().close();
        }
        if (withoutCaches != null) {
            withoutCaches.functions().close();
            withoutCaches.server().close();
        }
        functions.close();
        bare.close();
        boda.close();
        Trees.delete(folder);
    }
}
