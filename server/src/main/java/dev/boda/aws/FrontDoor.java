package dev.boda.aws;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.MalformedBodyException;
import dev.boda.http.SlowClientException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where every AWS request arrives: it gets a request id, its caller, service and operation are found, and whatever
/// goes wrong becomes an error in the service's own shape. Here is the only `catch` on the path of a request; what the
/// client's connection does wrong is passed on to [dev.boda.http].
///
/// A service is found by the first that names one of: the signature's service, `X-Amz-Target`, the host name, the
/// path.
public final class FrontDoor implements HttpHandler {

    private static final int ACCOUNT_DIGITS = 12;
    private static final int NOT_FOUND = 404;

    private final Settings settings;
    private final List<Endpoint> endpoints;
    private final Map<String, HttpHandler> internal;
    private final SignatureCheck signatures;
    private final DateHeader date;
    private final RequestLog requests;

    /// @param account    of callers whose access key names none: 12 digits
    /// @param region     of requests that name none
    /// @param keys       the keys whose signatures are verified, by their access key id
    /// @param onlyKnown  whether other keys, and callers without one, are refused
    /// @param access     asked before an operation acts
    /// @param requestIds gives each request its id
    /// @param clock      gives each answer its date, and tells signatures that are too old
    public record Settings(
            String account,
            String region,
            Function<String, Optional<KnownKey>> keys,
            boolean onlyKnown,
            AccessGate access,
            Supplier<UUID> requestIds,
            InstantSource clock) {}

    private FrontDoor(
            Settings settings, List<Endpoint> endpoints, Map<String, HttpHandler> internal, RequestLog requests) {
        this.settings = settings;
        this.endpoints = endpoints;
        this.internal = internal;
        this.requests = requests;
        this.signatures = new SignatureCheck(settings.keys, settings.onlyKnown, settings.clock);
        this.date = new DateHeader(settings.clock);
    }

    /// Reads the services' models.
    ///
    /// @param internal what is not AWS's, by the beginning of its path: `/_boda/`, `/_localstack/health`
    public static FrontDoor open(
            Settings settings, List<ServiceOperations> services, Map<String, HttpHandler> internal) {
        var endpoints = services.stream()
                .map(service -> Endpoint.of(service, settings.access))
                .toList();
        return new FrontDoor(settings, endpoints, Map.copyOf(internal), new RequestLog());
    }

    /// The same services behind a door of their own, which only `keys` open. Their requests are counted together.
    public FrontDoor onlyFor(Function<String, Optional<KnownKey>> keys, Map<String, HttpHandler> itsInternal) {
        var its = new Settings(
                settings.account, settings.region, keys, true, settings.access, settings.requestIds, settings.clock);
        return new FrontDoor(its, endpoints, Map.copyOf(itsInternal), requests);
    }

    /// Counts the requests.
    public RequestLog requests() {
        return requests;
    }

    @Override
    public void handle(HttpExchange exchange) throws Exception {
        handle(exchange, Origin.UNKNOWN);
    }

    /// Answers a request of which it is known where it comes from.
    public void handle(HttpExchange exchange, Origin origin) throws Exception {
        var handler = internal(exchange.rawPath());
        if (handler != null) {
            handler.handle(exchange);
            return;
        }
        var id = settings.requestIds.get().toString();
        var request = new ServedRequest(
                exchange, id, origin, headers -> headers.add("Date", date.now()).add("x-amzn-RequestId", id));
        var answer = answer(request);
        if (answer.isEmpty()) {
            requests.answered(request, request.begunStatus());
        } else if (request.begunStatus() != 0) {
            // Whatever failed: half an answer is out.
            requests.answered(request, answer.get().status());
            exchange.abort();
        } else {
            requests.answered(request, answer.get().status());
            request.respond(answer.get());
        }
    }

    /// Invoke, which waits for its function and does little else. What is streamed may be large.
    @Override
    public boolean isBrief(HttpExchange request) {
        return request.method().equals("POST") && request.rawPath().endsWith("/invocations");
    }

    /// Empty if it has been answered in pieces.
    private Optional<Answer> answer(ServedRequest request) throws IOException {
        var exchange = request.exchange();
        @Nullable Endpoint endpoint = null;
        try {
            var signature = SignatureV4.of(exchange);
            var host = HostName.parse(exchange.headers().first("Host").orElse(""));
            var caller = caller(signature, host);
            request.by(caller);
            endpoint = endpoint(exchange, signature, host);
            request.toService(endpoint.model().name());
            var refusals = new SignatureRefusals(endpoint.protocol().strangerStatus());
            var claim = signatures.check(exchange, signature, refusals);
            return endpoint.answer(request, caller, claim);
        } catch (ServiceException refusal) {
            request.refused(refusal);
            return Optional.of(refuse(endpoint, refusal, request));
        } catch (SlowClientException | MalformedBodyException | ClosedChannelException client) {
            requests.spoilt(request, client);
            throw client;
        } catch (Exception broken) {
            request.broke(broken);
            boolean modelled = endpoint != null
                    && endpoint.model().error("ServiceException").isPresent();
            return Optional.of(refuse(endpoint, Refusals.internal(modelled, request.id()), request));
        }
    }

    private static Answer refuse(@Nullable Endpoint endpoint, ServiceException refusal, ServedRequest request) {
        return endpoint == null
                ? ForeignRefusal.of(request.exchange(), refusal, request.id())
                : endpoint.protocol().refuse(refusal);
    }

    private Endpoint endpoint(HttpExchange exchange, Optional<SignatureV4> signature, HostName host) {
        if (signature.isPresent()) {
            var service = signature.get().service();
            return find(endpoint -> endpoint.model().signingName().equals(service))
                    .orElseThrow(() -> unknown(service));
        }
        var target = exchange.headers().first("X-Amz-Target");
        if (target.isPresent()) {
            var prefix = target.get().substring(0, Math.max(0, target.get().lastIndexOf('.')));
            return find(endpoint -> prefix.equals(endpoint.model().targetPrefix()))
                    .orElseThrow(() -> unknown(target.get()));
        }
        if (host.service().isPresent()) {
            var service = host.service().get();
            return find(endpoint -> endpoint.model().endpointPrefix().equals(service))
                    .orElseThrow(() -> unknown(service));
        }
        return find(endpoint -> endpoint.protocol().route(exchange).isPresent())
                .orElseThrow(() -> Refusals.unknownOperation(
                        NOT_FOUND, "No service here has an operation " + exchange.method() + " " + exchange.rawPath()));
    }

    private Optional<Endpoint> find(Predicate<Endpoint> which) {
        return endpoints.stream().filter(which).findFirst();
    }

    private ServiceException unknown(String service) {
        var here = endpoints.stream().map(endpoint -> endpoint.model().name()).toList();
        return Refusals.unknownOperation(
                NOT_FOUND, "Boda has no service " + service + "; it has " + String.join(", ", here));
    }

    private Caller caller(Optional<SignatureV4> signature, HostName host) {
        var key = signature.map(SignatureV4::accessKeyId).orElse("");
        var region = signature
                .map(SignatureV4::region)
                .filter(HostName::isRegion)
                .or(host::region)
                .orElse(settings.region);
        return new Caller(account(key), region, key);
    }

    private String account(String accessKeyId) {
        if (accessKeyId.length() == ACCOUNT_DIGITS
                && accessKeyId.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return accessKeyId;
        }
        return accessKeyId.isEmpty()
                ? settings.account
                : settings.keys
                        .apply(accessKeyId)
                        .map(KnownKey::session)
                        .map(KnownKey.Session::account)
                        .orElse(settings.account);
    }

    private @Nullable HttpHandler internal(String path) {
        if (!path.startsWith("/_")) {
            return null;
        }
        return internal.entrySet().stream()
                .filter(entry -> path.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }
}
