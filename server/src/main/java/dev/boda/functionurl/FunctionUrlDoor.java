package dev.boda.functionurl;

import dev.boda.access.CallAccess;
import dev.boda.aws.DateHeader;
import dev.boda.aws.Origin;
import dev.boda.aws.RequestLog;
import dev.boda.aws.ServedRequest;
import dev.boda.aws.SignedCallers;
import dev.boda.engine.InvocationPath;
import dev.boda.engine.ResponseSink;
import dev.boda.function.FunctionReference;
import dev.boda.function.FunctionRules;
import dev.boda.function.FunctionTraces;
import dev.boda.function.FunctionUrl;
import dev.boda.function.FunctionUrl.InvokeMode;
import dev.boda.function.FunctionVersion;
import dev.boda.function.LambdaErrors;
import dev.boda.http.BodyTooLargeException;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.MalformedBodyException;
import dev.boda.http.NoRoomException;
import dev.boda.http.SlowClientException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Where requests of function URLs arrive: finds the URL, answers preflights, asks for access, runs the function.
/// Whatever goes wrong becomes AWS's answer here.
///
/// A request to upgrade the connection (WebSocket, h2c) is one like any other, as HTTP lets a server decide: function
/// URLs speak HTTP/1.1, the function sees an ordinary GET, and the client that no 101 comes.
public final class FunctionUrlDoor implements HttpHandler {

    private static final String SERVICE = "lambda";

    /// As its permission is called; what CloudWatch counts as `UrlRequestCount` is counted under it.
    private static final String OPERATION = "InvokeFunctionUrl";

    private final Parts parts;
    private final UrlAddresses addresses;
    private final UrlAccess access;
    private final UrlInvocations invocations;
    private final DateHeader date;

    /// Finds what an invocation runs; refuses with AWS's errors of Invoke.
    @FunctionalInterface
    public interface Targets {

        FunctionVersion resolve(FunctionReference reference) throws InterruptedException;
    }

    /// What it is made of.
    ///
    /// @param suffix      of the URLs' host names: `localhost.localstack.cloud`
    /// @param suffixes    that host names may have, too, beside `on.aws` and those of this machine: `boda.example`
    /// @param urls        by their id; asked on I/O threads, too: it takes no lock
    /// @param access      asked for both permissions of a caller
    /// @param signed      who may sign, under AWS_IAM
    /// @param requests    counts the requests
    /// @param pace        what a streamed answer goes through on its way
    /// @param readers     where large answers are understood, which takes longer than an I/O thread may be kept
    /// @param requestIds  gives each invocation its id
    public record Parts(
            String suffix,
            Set<String> suffixes,
            Function<String, Optional<FunctionUrl>> urls,
            Targets targets,
            InvocationPath invocations,
            CallAccess access,
            SignedCallers signed,
            FunctionTraces traces,
            RequestLog requests,
            UnaryOperator<ResponseSink> pace,
            Executor readers,
            Supplier<UUID> requestIds,
            InstantSource clock) {}

    public FunctionUrlDoor(Parts parts) {
        this(parts, new UrlAddresses(parts.suffixes), parts.signed);
    }

    private FunctionUrlDoor(Parts parts, UrlAddresses addresses, SignedCallers signed) {
        this.parts = parts;
        this.addresses = addresses;
        this.access = new UrlAccess(parts.access, signed);
        this.invocations =
                new UrlInvocations(parts.targets, parts.invocations, parts.traces, parts.pace, parts.readers);
        this.date = new DateHeader(parts.clock);
    }

    /// The same URLs for other keys.
    public FunctionUrlDoor onlyFor(SignedCallers signed) {
        return new FunctionUrlDoor(parts, addresses, signed);
    }

    /// Whether a request is for a function URL, be there such a one or not.
    public boolean isAskedBy(HttpExchange exchange) {
        return addresses.of(exchange).isPresent();
    }

    /// Whether a request is for a function URL by its host name.
    public boolean isNamedBy(HttpExchange exchange) {
        return addresses.byName(exchange).isPresent();
    }

    /// One that is answered at once. A stream's is not: its pieces are written by the thread that reads them.
    @Override
    public boolean isBrief(HttpExchange exchange) {
        return addresses
                .of(exchange)
                .flatMap(this::find)
                .filter(url -> url.invokeMode() == InvokeMode.BUFFERED)
                .isPresent();
    }

    @Override
    public void handle(HttpExchange exchange) throws Exception {
        handle(exchange, Origin.UNKNOWN);
    }

    /// Answers a request of which it is known where it comes from.
    public void handle(HttpExchange exchange, Origin origin) throws Exception {
        var request = new ServedRequest(exchange, parts.requestIds.get().toString(), origin);
        request.toService(SERVICE);
        request.toOperation(OPERATION);
        var reply = new UrlReply(exchange, request, parts.requests, date);
        try {
            answer(exchange, origin, request, reply);
        } catch (SlowClientException | MalformedBodyException | ClosedChannelException client) {
            reply.spoilt(client);
            throw client;
        }
    }

    private void answer(HttpExchange exchange, Origin origin, ServedRequest request, UrlReply reply)
            throws IOException, InterruptedException {
        try {
            serve(exchange, origin, request, reply);
        } catch (UrlRefusal refusal) {
            reply.refused(refusal);
        } catch (SlowClientException | MalformedBodyException | ClosedChannelException | InterruptedException known) {
            throw known;
        } catch (Exception broken) {
            reply.broke(broken);
        }
    }

    private void serve(HttpExchange exchange, Origin origin, ServedRequest request, UrlReply reply)
            throws UrlRefusal, IOException, InterruptedException {
        var address = addresses.of(exchange).orElseThrow(UrlRefusal::unknown);
        if (address.inPathForm()) {
            reply.inPathForm();
            refuseServiceWorker(exchange);
        }
        var url = find(address).orElseThrow(UrlRefusal::unknown);
        reply.by(url.cors());
        if (reply.preflight()) {
            return;
        }
        var claimed = access.claim(url, exchange);
        request.by(claimed.caller());
        boolean signed = claimed.signature().isPresent();
        if (!signed) {
            requirePublic(url, claimed, exchange, request, origin);
        }
        var body = body(exchange);
        claimed.prove(body);
        var caller = signed
                ? access.require(url, claimed, exchange, request.id(), origin)
                : Optional.<UrlRequest.IamCaller>empty();
        var run = invocations.find(url, exchange.headers());
        reply.traced(run.traceHeader());
        var domain = address.inPathForm()
                ? UrlAddresses.domain(url.id(), url.function().region(), parts.suffix)
                : address.domain();
        var asked = new UrlRequest(
                url, address.path(), domain, exchange, request.id(), run.traceHeader(), parts.clock.instant(), caller);
        invocations.run(run, asked, body, reply);
    }

    /// One would stand between other pages of AWS's APIs' origin and the server.
    private static void refuseServiceWorker(HttpExchange exchange) throws UrlRefusal {
        if (exchange.headers().contains("Service-Worker")) {
            throw UrlRefusal.of(
                    "AccessDeniedException",
                    403,
                    "No service workers come from paths under /_boda/url/. Call the function by its URL's host name.");
        }
    }

    /// Who needs no signature needs no body to be refused.
    private void requirePublic(
            FunctionUrl url, UrlAccess.Claimed claimed, HttpExchange exchange, ServedRequest request, Origin origin)
            throws UrlRefusal {
        try {
            access.require(url, claimed, exchange, request.id(), origin);
        } catch (UrlRefusal refusal) {
            exchange.leaveBody();
            throw refusal;
        }
    }

    /// One of another region than the host name says is unknown there.
    private Optional<FunctionUrl> find(UrlAddress address) {
        return parts.urls
                .apply(address.id())
                .filter(url -> address.region()
                        .orElse(url.function().region())
                        .equals(url.function().region()));
    }

    private static byte[] body(HttpExchange exchange) throws UrlRefusal, IOException {
        try {
            return exchange.readBody(FunctionRules.PAYLOAD_BYTES);
        } catch (BodyTooLargeException tooLarge) {
            throw UrlRefusal.of(LambdaErrors.payloadTooLarge(FunctionRules.PAYLOAD_BYTES));
        } catch (NoRoomException full) {
            throw UrlRefusal.of(
                    "ServiceUnavailable",
                    503,
                    "The bodies of requests take all the memory that Boda gives them; try again.");
        }
    }
}
