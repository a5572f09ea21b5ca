package dev.boda.api.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.async.AsyncInvocations.Accepted;
import dev.boda.aws.AccessGate;
import dev.boda.aws.FrontDoor;
import dev.boda.code.CodeStore;
import dev.boda.code.live.LiveFolders;
import dev.boda.engine.Invocation;
import dev.boda.engine.InvocationPath;
import dev.boda.engine.InvocationResult;
import dev.boda.engine.ResponseSink;
import dev.boda.function.CodeSigningConfigs;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionTable;
import dev.boda.function.FunctionTraces;
import dev.boda.function.FunctionUrlAddress;
import dev.boda.function.FunctionUrls;
import dev.boda.function.FunctionVersion;
import dev.boda.function.LayerCatalog;
import dev.boda.function.LayerChoice;
import dev.boda.function.LayerTable;
import dev.boda.function.ReservedConcurrency;
import dev.boda.function.Stamps;
import dev.boda.http.FakeExchange;
import dev.boda.http.FakeExchange.Answered;
import dev.boda.runtime.Runtime;
import dev.boda.runtime.RuntimeUnavailableException;
import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import dev.boda.store.BlobStore;
import dev.boda.store.Database;
import dev.boda.store.RecordTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Lambda's API behind the front door, over stores in a temporary folder; the engine is played by [#engine], time
/// stands still, and the steps in the background run when [#settle()] is called.
final class LambdaUnderTest implements AutoCloseable {

    static final String ACCOUNT = "111111111111";
    static final String REGION = "us-east-1";
    static final String ROLE = "arn:aws:iam::" + ACCOUNT + ":role/lambda-role";
    static final String ARN = "arn:aws:lambda:" + REGION + ":" + ACCOUNT + ":function:";
    static final String FUNCTIONS = "/2015-03-31/functions/";
    static final UUID REQUEST_ID = UUID.fromString("8b1a1a0e-0000-4000-8000-000000000001");

    /// Access keys that were issued for roles.
    final Set<String> roles = new HashSet<>();
    private final Queue<Runnable> steps = new ArrayDeque<>();
    final Database database;
    private final CodeStore code;
    final CodeSigningConfigs signing;
    private final FrontDoor door;
    private final CodeDownloads downloads;
    final List<FunctionVersion> retired = new ArrayList<>();
    final List<Invocation> invoked = new ArrayList<>();
    final List<Accepted> accepted = new ArrayList<>();
    InvocationPath engine = (invocation, answer) -> echo(invocation, answer);
    Instant now = Instant.parse("2026-11-21T09:40:00.123Z");
    boolean exact = true;
    AccessGate access = _ -> Optional.empty();

    LambdaUnderTest(Path folder) {
        this(folder, 75L << 30);
    }

    LambdaUnderTest(Path folder, long codeStorageBytes) {
        this(folder, codeStorageBytes, LiveFolders.NONE);
    }

    LambdaUnderTest(Path folder, long codeStorageBytes, LiveFolders live) {
        InstantSource clock = () -> now;
        var random = RandomGenerator.getDefault();
        try {
            Files.createDirectories(folder.resolve("code"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        database = Database.open(folder.resolve("functions.db"), RecordTable.SCHEMA);
        code = CodeStore.open(BlobStore.open(folder.resolve("code")), folder.resolve("cache"));
        var records = new RecordTable(database);
        var table = new FunctionTable(records, codeStorageBytes, new ReservedConcurrency(1_000, 100));
        var catalog = new FunctionCatalog(
                table, code, steps::add, retired::add, new Stamps(clock, random), random, (_, _) -> {});
        catalog.open();
        downloads = new CodeDownloads(code, clock, "a secret".getBytes(UTF_8));
        var runtimes = new InstalledRuntimes(this::runtime);
        var intake = new CodeIntake(code);
        var layers = new LayerCatalog(new LayerTable(records, table), new Stamps(clock, random));
        layers.open();
        signing = new CodeSigningConfigs(records, clock, random);
        var functions = new FunctionOperations(
                catalog,
                new RequestedCode(intake, live, roles::contains, "x86_64"),
                downloads,
                runtimes,
                signing,
                new RequestedSettings(new LayerChoice(layers, code::content), "x86_64", false));
        var invoke = new InvokeOperations(
                new RequestedInvocations(catalog, runtimes, new FunctionTraces(clock, random)),
                (invocation, answer) -> {
                    invoked.add(invocation);
                    return engine.invoke(invocation, answer);
                },
                accepted::add,
                UnaryOperator.identity());
        door = FrontDoor.open(
                new FrontDoor.Settings(
                        ACCOUNT,
                        REGION,
                        _ -> Optional.empty(),
                        false,
                        asked -> access.refused(asked),
                        () -> REQUEST_ID,
                        clock),
                List.of(LambdaApi.of(
                        functions,
                        new ConcurrencyOperations(catalog),
                        new AccountOperations(catalog),
                        LambdaApi.resources(
                                catalog,
                                _ -> Optional.empty(),
                                invoke,
                                new LayerOperations(layers, intake, downloads),
                                new FunctionMetadata(catalog, signing),
                                new FunctionUrlOperations(
                                        new FunctionUrls(catalog),
                                        new FunctionUrlAddress("localhost.localstack.cloud", 4566))))),
                Map.of(CodeDownloads.PREFIX, downloads));
    }

    private Runtime runtime(String id) throws RuntimeUnavailableException {
        if (!id.startsWith("python") && !id.startsWith("nodejs")) {
            throw new RuntimeUnavailableException("Boda cannot run " + id + " here.");
        }
        return new Runtime(
                id, "python", "3.11.2", exact, new RootFileSystem.Host(List.of()), List.of(), List.of("run"), Map.of());
    }

    private static InvocationResult echo(Invocation invocation, ResponseSink answer) {
        try {
            answer.begin("application/json", false);
            answer.write(invocation.payload(), 0, invocation.payload().length);
            answer.complete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new InvocationResult.Success(invocation.tail() ? "the tail\n".getBytes(UTF_8) : null);
    }

    void settle() {
        while (!steps.isEmpty()) {
            steps.remove().run();
        }
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    FrontDoor door() {
        return door;
    }

    Answered send(FakeExchange exchange) {
        return send(exchange, ACCOUNT);
    }

    Answered send(FakeExchange exchange, String account) {
        try {
            door.handle(exchange.header("Host", "localhost:4566").signed(account, REGION, "lambda"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return exchange.answered();
    }

    Answered get(String target) {
        return send(new FakeExchange("GET", target));
    }

    Answered delete(String target) {
        return send(new FakeExchange("DELETE", target));
    }

    Answered put(String target, Map<String, ?> members) {
        return send(new FakeExchange("PUT", target).body(new JsonMapper().writeValueAsBytes(members)));
    }

    Answered post(String target, Map<String, ?> members) {
        return send(new FakeExchange("POST", target).body(new JsonMapper().writeValueAsBytes(members)));
    }

    Answered create(Map<String, ?> members) {
        return post("/2015-03-31/functions", members);
    }

    /// Creates a function and lets it become active.
    void createReady(String name) {
        var created = create(function(name));
        if (created.status() != 201) {
            throw new AssertionError(created.text());
        }
        settle();
    }

    Answered invoke(String name, byte[] payload, String... headers) {
        return invokeAt(FUNCTIONS + name + "/invocations", payload, headers);
    }

    Answered stream(String name, byte[] payload, String... headers) {
        return invokeAt("/2021-11-15/functions/" + name + "/response-streaming-invocations", payload, headers);
    }

    private Answered invokeAt(String path, byte[] payload, String... headers) {
        var exchange = new FakeExchange("POST", path).body(payload);
        for (int i = 0; i < headers.length; i += 2) {
            exchange.header(headers[i], headers[i + 1]);
        }
        return send(exchange);
    }

    /// The members of a CreateFunction that succeeds; `more` are names and values that are added, or taken away where
    /// the value is null.
    static Map<String, Object> function(String name, @Nullable Object... more) {
        var members = new LinkedHashMap<String, Object>();
        members.put("FunctionName", name);
        members.put("Runtime", "python3.12");
        members.put("Role", ROLE);
        members.put("Handler", "app.handler");
        members.put("Code", Map.of("ZipFile", base64(zip("app.py", "def handler(e, c): return e"))));
        for (int i = 0; i < more.length; i += 2) {
            var value = more[i + 1];
            if (value == null) {
                members.remove(String.valueOf(more[i]));
            } else {
                members.put(String.valueOf(more[i]), value);
            }
        }
        return members;
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// A zip with one file.
    static byte[] zip(String name, String content) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        code.close();
        database.close();
    }
}
