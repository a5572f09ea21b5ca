package dev.boda;

import dev.boda.access.AccessLog;
import dev.boda.access.AccessRequest;
import dev.boda.access.CallAccess;
import dev.boda.access.IssuedCredentials;
import dev.boda.access.OpenAuthorizer;
import dev.boda.access.OwnAccess;
import dev.boda.access.PolicyAuthorizer;
import dev.boda.api.debug.DebugDoor;
import dev.boda.api.lambda.CodeDownloads;
import dev.boda.api.logs.LogsApi;
import dev.boda.api.reset.Reset;
import dev.boda.aws.BrowserGuard;
import dev.boda.aws.FrontDoor;
import dev.boda.aws.Health;
import dev.boda.aws.RefusalLog;
import dev.boda.aws.RequestLimit;
import dev.boda.aws.WebPages;
import dev.boda.code.CodeStore;
import dev.boda.engine.ColdStartParts;
import dev.boda.engine.ConcurrencyLimiter;
import dev.boda.engine.EngineClock;
import dev.boda.engine.EngineLimits;
import dev.boda.engine.EnvironmentPool;
import dev.boda.engine.InvocationRate;
import dev.boda.engine.Invoker;
import dev.boda.engine.QuotaSource;
import dev.boda.engine.ResponseSink;
import dev.boda.engine.StartFailures;
import dev.boda.engine.StreamRate;
import dev.boda.function.CodeSigningConfigs;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionTable;
import dev.boda.function.FunctionUrlAddress;
import dev.boda.function.LayerCatalog;
import dev.boda.function.LayerTable;
import dev.boda.function.LiveFunctions;
import dev.boda.function.ReservedConcurrency;
import dev.boda.function.Stamps;
import dev.boda.functionurl.FunctionUrlDoor;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpLimits;
import dev.boda.http.HttpServer;
import dev.boda.metrics.Condition;
import dev.boda.metrics.FunctionFamilies;
import dev.boda.metrics.MetricsPage;
import dev.boda.metrics.ProcessFamilies;
import dev.boda.metrics.SchedulingLag;
import dev.boda.metrics.ServerFamilies;
import dev.boda.names.NameServer;
import dev.boda.os.Processors;
import dev.boda.runtime.RuntimeCatalog;
import dev.boda.runtime.StartCaches;
import dev.boda.runtimeapi.RuntimeApiServer;
import dev.boda.sandbox.SandboxSpec.Network;
import dev.boda.sandbox.SharedMemory;
import dev.boda.store.BlobStore;
import dev.boda.store.DataDirectory;
import dev.boda.store.Database;
import dev.boda.store.RecordTable;
import dev.boda.store.SqliteEventQueue;
import dev.boda.telemetry.FunctionLogs;
import dev.boda.telemetry.LogStore;
import dev.boda.telemetry.metrics.FunctionMeters;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The composition root: every `new` of a part, the lowest first; closes in reverse.
final class Platform implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Platform.class);

    /// More than can run, so that answering what does not run goes on; each takes a virtual thread and what it reads.
    private static final int REQUESTS_IN_FLIGHT = 4_096;

    private static final int SECRET_BYTES = 32;

    /// How long the answers under way have when the server closes: as long as their functions have, and a moment to
    /// leave.
    private static final Duration DRAIN = EngineLimits.DEFAULT.drain().plusSeconds(1);

    private final Closer closer;
    private final EnvironmentPool environments;
    private final String url;
    private final RuntimeCatalog runtimes;
    private final SandboxChoice isolation;
    private final int functions;

    private Platform(
            Closer closer,
            EnvironmentPool environments,
            String url,
            RuntimeCatalog runtimes,
            SandboxChoice isolation,
            int functions) {
        this.functions = functions;
        this.closer = closer;
        this.environments = environments;
        this.url = url;
        this.runtimes = runtimes;
        this.isolation = isolation;
    }

    /// Throws what [#start] would for the address and the data directory, and leaves both free.
    static void rehearse(Config config) throws IOException {
        try (var _ = FrontSocket.bind(config);
                var data = DataDirectory.open(config.dataDirectory())) {
            var _ = LiveParts.folders(config, data.root(), false);
            LOG.debug("A start would go on");
        }
    }

    /// Starts everything; serves when it returns. When it throws, nothing is left running.
    static Platform start(Config config) throws IOException {
        var closer = new Closer();
        // Bound before anything is touched: an address in use must cost nothing.
        var channel = closer.add(FrontSocket.bind(config));
        try {
            return start(config, channel, closer);
        } catch (IOException | RuntimeException failure) {
            closer.close();
            throw failure;
        }
    }

    private static Platform start(Config config, ServerSocketChannel channel, Closer closer) throws IOException {
        var clock = InstantSource.system();
        var random = new SecureRandom();
        var url = FrontSocket.url(config, channel);

        var data = closer.add(DataDirectory.open(config.dataDirectory()));
        var runtimes = RuntimeParts.catalog(config, data.cache().resolve("interpreters.json"));
        runtimes.start();
        var http = closer.add(HttpServer.start(HttpLimits.STANDARD));
        var database = closer.add(Database.open(data.database("functions"), RecordTable.SCHEMA));
        var events = closer.add(Database.open(data.database("events"), SqliteEventQueue.SCHEMA));
        var records = new RecordTable(database);
        var concurrencyLimits = config.limits().concurrency();
        var reserved = new ReservedConcurrency(concurrencyLimits.executions(), concurrencyLimits.leastUnreserved());
        var functions = new FunctionTable(records, config.limits().codeStorageBytes(), reserved);
        var code = closer.add(
                CodeStore.open(BlobStore.open(data.code()), data.cache().resolve("code")));
        var logs = closer.add(LogStore.open(data.logs(), config.limits().logs(), clock));
        BiConsumer<AccessRequest, Boolean> accessLog = config.logAccess() ? AccessLog::write : (_, _) -> {};
        var ownAccess = new OwnAccess(new OpenAuthorizer(request -> accessLog.accept(request, true)), clock);
        var credentials = new IssuedCredentials(ownAccess, random, clock);
        int awsPort = SandboxChoice.awsPort(FrontSocket.port(channel));
        var capacity = Capacity.ofThisProcess();
        long memoryBytes = capacity.memoryOfEnvironments(config.limits().environments());
        var isolation = closer.add(SandboxChoice.start(data.run(), awsPort, memoryBytes, config.isolation()));
        isolation.require(config.isolation());
        runtimes.useRoots(isolation.hasRoots());
        AddedRuntimes.startSweep(config);
        var sandboxes = isolation.sandboxes();
        var live = closer.add(LiveParts.start(config, data.root(), code, sandboxes.identity(), clock));

        var engineLimits = EngineLimits.DEFAULT.with(its -> {
            its.openEnvironments = config.limits().environments().most().orElseGet(capacity::environments);
            its.memoryBytes = sandboxes.memory().map(SharedMemory::limitBytes).orElse(memoryBytes);
            its.lifetime = config.limits().environments().lifetime();
        });
        var engineClock = EngineClock.of(clock, Processors.ofMachine()::haveTimeToSpare);
        var meters = new FunctionMeters();
        var functionLogs = new FunctionLogs(
                logs, ownAccess, clock, random, config.limits().logs().functionBytesPerSecond());
        var startFailures = new StartFailures(engineClock);
        var runtimeApi = new RuntimeApiServer(http, capacity.connectionsOfARuntime(engineLimits.openEnvironments()));
        var insideTerms = new InsideServing.Terms(
                awsPort,
                capacity.connectionsToAws(engineLimits.openEnvironments()),
                capacity.bodyBytesFromInside(),
                new NameServer.Rules(
                        sandboxes.network() == Network.EGRESS,
                        config.isolation().allowAws(),
                        capacity.namesAtOnce()));
        var inside = sandboxes.network() == Network.HOST
                ? Optional.<InsideServing>empty()
                : Optional.of(closer.add(InsideServing.start(http, runtimeApi, insideTerms, random)));
        var startCaches = config.javaAot()
                ? Optional.of(StartCaches.open(data.cache().resolve("starts")))
                : Optional.<StartCaches>empty();
        var parts = new ColdStartParts(
                runtimes,
                live.code(),
                sandboxes,
                runtimeApi,
                inside.map(its -> its),
                functionLogs,
                meters,
                credentials,
                startFailures,
                url,
                startCaches);
        var environments = new EnvironmentPool(parts, engineClock, engineLimits, LOG::warn);
        var quotas = QuotaSource.all(reserved, environments.provisioned().slots());
        var concurrency = new ConcurrencyLimiter(rate(concurrencyLimits, engineClock), engineClock, engineLimits);
        var invoker = new Invoker(quotas, concurrency, environments, meters, engineClock);
        UnaryOperator<ResponseSink> streamed =
                concurrencyLimits.streamRate() ? new StreamRate(engineClock)::limit : UnaryOperator.identity();
        var steps = closer.add(Executors.newVirtualThreadPerTaskExecutor());
        var queue = SqliteEventQueue.open(events, clock);
        queue.freeAll();
        var catalog = new FunctionCatalog(
                functions,
                live.code(),
                steps,
                new AsyncParts.Leaving(environments, queue, steps),
                new Stamps(clock, random),
                () -> ThreadLocalRandom.current().nextLong(),
                environments.provisioned()::allocate);
        catalog.open();
        startCaches.ifPresent(its -> its.retain(catalog.versionIds()));
        live.tell(new LiveFunctions(catalog, steps));
        var layers = new LayerCatalog(new LayerTable(records, functions), new Stamps(clock, random));
        layers.open();
        var signing = new CodeSigningConfigs(records, clock, random);
        var async = new AsyncParts(
                queue,
                catalog,
                invoker,
                meters,
                engineClock,
                config.limits().events(),
                Math.min(engineLimits.openEnvironments(), concurrencyLimits.executions()),
                environments::hasRoomToSpare);
        var dispatcher = closer.add(async.dispatcher());
        closer.add(CodeSweep.start(code, catalog, layers, List.of(meters::retain, concurrency::retain)));

        var downloads = new CodeDownloads(code, clock, random.generateSeed(SECRET_BYTES));
        var condition = new Condition(
                database, List.of(() -> logs.flow().problem(), startFailures::problem), data.root(), steps);
        var health = new Health(
                List.of("lambda", "logs"),
                version(),
                new Health.Isolation(isolation.kind(), isolation.awsNamesExist()),
                condition::problems);
        var keys = new KnownKeys(credentials);
        var debugging = new DebugDoor(new DebugDoor.Parts(
                closer.add(DebugAccess.grant(data.root(), url, random)).key(),
                catalog,
                runtimes,
                live.code(),
                environments.debugging(),
                isolation.hasRoots()));
        var access = new CallAccess(
                new PolicyAuthorizer(new FunctionPolicies(catalog), accessLog), credentials, keys::isLasting, clock);
        var door = FrontDoor.open(
                new FrontDoor.Settings(
                        config.account(),
                        config.region(),
                        keys::find,
                        config.guard().requireCredentials(),
                        access,
                        UUID::randomUUID,
                        clock),
                List.of(
                        new LambdaParts(
                                        catalog,
                                        layers,
                                        signing,
                                        invoker,
                                        async.invocations(dispatcher)::accept,
                                        streamed,
                                        code,
                                        live.folders(),
                                        key -> keys.findIssued(key).isPresent(),
                                        downloads,
                                        runtimes,
                                        environments,
                                        new FunctionUrlAddress(config.functionUrlSuffix(), FrontSocket.port(channel)),
                                        config.acceptUnenforced())
                                .operations(),
                        LogsApi.of(logs, clock)),
                Map.of(
                        CodeDownloads.PREFIX,
                        downloads,
                        "/_boda/health",
                        health,
                        "/_localstack/health",
                        health,
                        Reset.PATH,
                        new Reset(
                                config.guard().requireCredentials(),
                                new Emptying(catalog, layers, signing, environments, queue, logs, code)),
                        DebugDoor.PATH,
                        debugging));
        var urlParts = new UrlParts(config, catalog, invoker, access, keys, streamed, door.requests(), clock);
        var urls = urlParts.door(closer.add(UrlParts.readers()));
        inside.ifPresent(its -> its.open(door, keys, urlParts.inside(urls)));
        var refusals = new RefusalLog(UUID::randomUUID);
        var lag = closer.add(SchedulingLag.start(http));
        var metrics = new MetricsPage(
                new FunctionFamilies(meters, environments, concurrency, catalog::exists),
                new ServerFamilies(new ServerFamilies.Parts(
                        door.requests(),
                        refusals,
                        database,
                        logs,
                        functionLogs,
                        http,
                        channel.getLocalAddress(),
                        lag,
                        startFailures,
                        condition)),
                new ProcessFamilies(version()),
                MetricsToken.of(config, random));
        var listener =
                http.listen(channel, guarded(config, door, urls, metrics, refusals), HttpLimits.STANDARD.with(its -> {
                    its.connections = capacity.connections();
                    its.drain = DRAIN;
                }));
        closer.add(() -> drain(listener, environments));
        closer.add(debugging);
        dispatcher.start();
        closer.add(dispatcher::stop);
        return new Platform(closer, environments, url, runtimes, isolation, catalog.size());
    }

    private static InvocationRate rate(Config.Concurrency limits, EngineClock clock) {
        return limits.rateLimited() ? new InvocationRate.TenTimesConcurrency(clock) : new InvocationRate.Unlimited();
    }

    /// Everything that is served at the front address, behind what keeps strangers' web pages out and crowds small.
    /// Function URLs have rules of their own for pages.
    private static HttpHandler guarded(
            Config config, FrontDoor door, FunctionUrlDoor urls, MetricsPage metrics, RefusalLog refusals) {
        var pages = new WebPages(config.guard().origins(), config.hostNames());
        var limit = new RequestLimit(REQUESTS_IN_FLIGHT, door, door.requests(), UUID::randomUUID);
        var others =
                new BrowserGuard(pages, new FrontAddress(metrics, limit), door.requests(), refusals, UUID::randomUUID);
        return new UrlsFirst(urls, limit.sharedWith(urls), others);
    }

    /// Takes no more requests, lets functions under way finish, and ends those that do not, so that their callers are
    /// told.
    private static void drain(HttpServer.Listener listener, EnvironmentPool environments) {
        var requests = Thread.ofVirtual().name("drain").start(listener::close);
        environments.close();
        try {
            requests.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Boda's own; the build writes it into the jar.
    static String version() {
        var version = Platform.class.getPackage().getImplementationVersion();
        return version == null ? "0" : version;
    }

    String url() {
        return url;
    }

    RuntimeCatalog runtimes() {
        return runtimes;
    }

    /// How many functions it found when it started.
    String functionsKept() {
        return functions == 1 ? "1 function" : functions + " functions";
    }

    /// The isolation in force.
    SandboxChoice isolation() {
        return isolation;
    }

    /// Closing waits for no function any more. May be called before and while it closes, by any thread.
    void hurry() {
        environments.endNow();
    }

    /// Lets calls under way finish for a bounded time, then ends everything.
    @Override
    public void close() {
        closer.close();
    }
}
