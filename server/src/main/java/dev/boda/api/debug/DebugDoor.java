package dev.boda.api.debug;

import dev.boda.aws.ServiceException;
import dev.boda.code.CodeFolders;
import dev.boda.code.LiveFolderException;
import dev.boda.engine.DebugSession;
import dev.boda.engine.Debugging;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionReference;
import dev.boda.function.FunctionVersion;
import dev.boda.function.LayerUse;
import dev.boda.function.Qualifier;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import dev.boda.runtime.Debugger;
import dev.boda.runtime.Runtime;
import dev.boda.runtime.RuntimeUnavailableException;
import dev.boda.runtime.Runtimes;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// `POST /_boda/debug`: debugging is on while the answer goes on, which is until the client leaves. The answer is a
/// JSON object a line: first where to attach, then what the person should know, at last why it ended.
///
/// A debugger runs whatever it likes in the function's environment. So whoever asks must be on this machine, be no web
/// page, and know the key that the server keeps in its data directory.
public final class DebugDoor implements HttpHandler, AutoCloseable {

    public static final String PATH = "/_boda/debug";

    private static final Logger LOG = LoggerFactory.getLogger(DebugDoor.class);
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int CONFLICT = 409;
    private static final int BODY_BYTES = 4_096;

    /// What a person reads at most at once.
    private static final int MOST_NEWS = 64;

    private static final String TASK_ROOT = "/var/task";

    private final Parts parts;
    private final JsonMapper json = JsonMapper.shared();
    private final Set<DebugSession> sessions = ConcurrentHashMap.newKeySet();

    /// @param key     whoever knows it may debug
    /// @param mounted whether functions have their code at AWS's path, not at the machine's
    public record Parts(
            String key,
            FunctionCatalog catalog,
            Runtimes runtimes,
            CodeFolders code,
            Debugging debugging,
            boolean mounted) {}

    public DebugDoor(Parts parts) {
        this.parts = parts;
    }

    /// A refusal.
    private static final class Refused extends Exception {

        private final int status;
        private final String code;

        Refused(int status, String code, String message) {
            super(message, null, false, false);
            this.status = status;
            this.code = code;
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException, InterruptedException {
        try {
            check(exchange);
            debug(exchange, DebugRequest.parse(exchange.readBody(BODY_BYTES)));
        } catch (Refused refused) {
            refuse(exchange, refused.status, refused.code, String.valueOf(refused.getMessage()));
        } catch (IllegalArgumentException wrong) {
            refuse(exchange, BAD_REQUEST, "WrongRequest", String.valueOf(wrong.getMessage()));
        } catch (ServiceException refused) {
            refuse(exchange, refused.status(), refused.code(), String.valueOf(refused.getMessage()));
        }
    }

    private void check(HttpExchange exchange) throws Refused, IOException {
        if (!exchange.rawPath().equals(PATH)) {
            throw new Refused(NOT_FOUND, "NotFound", "There is nothing at " + exchange.rawPath() + ".");
        }
        if (!exchange.method().equals("POST")) {
            throw new Refused(NOT_ALLOWED, "WrongMethod", "Debugging is asked for by POST: 'boda debug' does.");
        }
        var headers = exchange.headers();
        boolean page = headers.contains("Origin") || headers.contains("Sec-Fetch-Site");
        var given = headers.first("Authorization").orElse("").getBytes(StandardCharsets.UTF_8);
        var wanted = ("Bearer " + parts.key).getBytes(StandardCharsets.UTF_8);
        if (page || !isOfThisMachine(exchange.remote().getAddress()) || !MessageDigest.isEqual(given, wanted)) {
            throw new Refused(
                    FORBIDDEN,
                    "AccessDeniedException",
                    "Debugging is for 'boda debug', on the server's machine, by a user who can read its data directory.");
        }
    }

    /// Where the server listens at one address, what comes from this machine comes from that one. Environments have
    /// addresses that are not the machine's; what they ask inside never comes here.
    static boolean isOfThisMachine(InetAddress address) throws IOException {
        return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    }

    /// What is to be debugged.
    private record Debuggee(FunctionVersion version, Runtime runtime, Debugger debugger, Path code) {}

    private Debuggee find(DebugRequest request) throws Refused, IOException, InterruptedException {
        var version = parts.catalog.resolve(request.reference());
        try {
            var runtime = parts.runtimes.resolve(version.runtime());
            // Tells why, where there is none.
            var _ = parts.runtimes.debugged(runtime, new Debugger.Listening(0, false));
            var debugger = Debugger.of(runtime.language()).orElseThrow();
            try (var code = version.code().open(parts.code)) {
                if (debugger == Debugger.PYTHON && !hasDebugpy(version, runtime, code.path())) {
                    throw new Refused(
                            CONFLICT,
                            "DebuggerMissing",
                            "Neither the function, nor its layers, nor this machine has debugpy, by which Python"
                                    + " functions are debugged.");
                }
                return new Debuggee(version, runtime, debugger, code.path());
            }
        } catch (RuntimeUnavailableException e) {
            throw new Refused(CONFLICT, "RuntimeUnavailable", String.valueOf(e.getMessage()));
        } catch (LiveFolderException e) {
            throw new Refused(CONFLICT, "CodeUnavailable", String.valueOf(e.getMessage()));
        }
    }

    private boolean hasDebugpy(FunctionVersion version, Runtime runtime, Path code)
            throws IOException, InterruptedException {
        if (parts.runtimes.debuggerPackages(runtime).isPresent() || Files.isDirectory(code.resolve("debugpy"))) {
            return true;
        }
        var layers = version.settings().layers();
        if (layers.isEmpty()) {
            return false;
        }
        try (var merged = parts.code.unpacked(LayerUse.digests(layers))) {
            var python = merged.path().resolve("python");
            return Files.isDirectory(python.resolve("debugpy"))
                    || Files.isDirectory(python.resolve("lib/" + version.runtime() + "/site-packages/debugpy"));
        }
    }

    private void debug(HttpExchange exchange, DebugRequest request) throws Refused, IOException, InterruptedException {
        var found = find(request);
        var news = new LinkedBlockingQueue<Map<String, Object>>(MOST_NEWS);
        var session = open(found, request, news);
        sessions.add(session);
        try (session;
                var relay = relay(found, request, session, news)) {
            // Who has left by now is noticed here.
            exchange.onDisconnect(session::close);
            LOG.info("{} is being debugged, at 127.0.0.1:{}", found.version.functionArn(), relay.port());
            var head = HttpHeaders.of("Content-Type", "application/x-ndjson");
            try (var out = exchange.respondInPieces(OK, head)) {
                write(out, facts(found, relay.port()));
                tell(out, session, news);
            }
        } finally {
            sessions.remove(session);
            LOG.info("{} is no longer being debugged", found.version.functionArn());
        }
    }

    private DebugSession open(Debuggee found, DebugRequest request, BlockingQueue<Map<String, Object>> news)
            throws Refused {
        var version = found.version;
        var itself = new FunctionReference(version.function(), Optional.of(new Qualifier(version.version())));
        var target = new DebugSession.Target(
                version.functionArn(), version.version(), request.waits(), () -> parts.catalog.resolve(itself));
        return parts.debugging
                .open(target, why -> {
                    // Whatever else was to be told, this is read last.
                    while (!news.offer(Map.of("ended", why))) {
                        news.poll();
                    }
                })
                .orElseThrow(() -> new Refused(
                        CONFLICT,
                        "AlreadyDebugged",
                        "Somebody debugs " + itself.arn() + " already: end that 'boda debug' first."));
    }

    private static Relay relay(
            Debuggee found, DebugRequest request, DebugSession session, BlockingQueue<Map<String, Object>> news)
            throws Refused, IOException {
        int port = request.port() == DebugRequest.USUAL_PORT ? found.debugger.usualPort() : request.port();
        try {
            return Relay.start(
                    port, found.debugger.greeting(), session::connect, problem -> news.offer(Map.of("news", problem)));
        } catch (BindException refused) {
            throw new Refused(
                    CONFLICT,
                    "PortInUse",
                    "Port " + port + " cannot be listened at (" + refused.getMessage()
                            + "): give another one with --port.");
        }
    }

    private Map<String, Object> facts(Debuggee found, int port) {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("function", found.version.functionArn());
        facts.put("version", found.version.version());
        facts.put("runtime", found.version.runtime());
        facts.put("language", found.runtime.language());
        facts.put("port", port);
        facts.put("root", parts.mounted ? TASK_ROOT : found.code.toString());
        facts.put("memory", found.version.memoryMegabytes());
        return facts;
    }

    private void tell(OutputStream out, DebugSession session, BlockingQueue<Map<String, Object>> news)
            throws IOException, InterruptedException {
        boolean last;
        do {
            var next = news.take();
            write(out, next);
            last = next.containsKey("ended");
        } while (!last || session.isOpen());
    }

    private void write(OutputStream out, Map<String, Object> line) throws IOException {
        out.write((json.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void refuse(HttpExchange exchange, int status, String code, String sentence) throws IOException {
        exchange.leaveBody();
        var body = json.writeValueAsBytes(Map.of("code", code, "message", sentence));
        exchange.respond(status, HttpHeaders.of("Content-Type", "application/json"), body);
    }

    /// Ends what goes on.
    @Override
    public void close() {
        sessions.forEach(DebugSession::close);
    }
}
