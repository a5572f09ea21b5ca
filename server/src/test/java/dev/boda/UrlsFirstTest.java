package dev.boda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.access.CallAccess;
import dev.boda.access.IssuedCredentials;
import dev.boda.access.OpenAuthorizer;
import dev.boda.access.OwnAccess;
import dev.boda.aws.BrowserGuard;
import dev.boda.aws.RefusalLog;
import dev.boda.aws.RequestLog;
import dev.boda.aws.SignedCallers;
import dev.boda.aws.WebPages;
import dev.boda.function.FunctionTraces;
import dev.boda.functionurl.FunctionUrlDoor;
import dev.boda.http.FakeExchange;
import dev.boda.http.HttpHeaders;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who gets a request at the front address.
final class UrlsFirstTest {

    private final OpenAuthorizer open = new OpenAuthorizer(_ -> {});
    private final IssuedCredentials credentials =
            new IssuedCredentials(new OwnAccess(open, InstantSource.system()), new Random(1), InstantSource.system());
    private final FunctionUrlDoor urls = new FunctionUrlDoor(new FunctionUrlDoor.Parts(
            "localhost",
            Set.of(),
            _ -> Optional.empty(),
            _ -> {
                throw new AssertionError("nothing is there");
            },
            (_, _) -> {
                throw new AssertionError("nothing runs");
            },
            new CallAccess(open, credentials, _ -> false, InstantSource.system()),
            new SignedCallers(_ -> Optional.empty(), "000000000000", InstantSource.system()),
            new FunctionTraces(InstantSource.system(), new Random(1)),
            new RequestLog(),
            UnaryOperator.identity(),
            Runnable::run,
            UUID::randomUUID,
            InstantSource.system()));
    private final BrowserGuard others = new BrowserGuard(
            new WebPages(Set.of(), Set.of()),
            exchange -> exchange.respond(200, HttpHeaders.EMPTY, new byte[0]),
            new RequestLog(),
            new RefusalLog(UUID::randomUUID),
            UUID::randomUUID);

    /// A stranger's page may ask for a function URL, whose own rules decide, and for nothing else.
    @ParameterizedTest
    @CsvSource({
        "x.lambda-url.us-east-1.localhost:4566, /2015-03-31/functions, There is no such",
        "x.lambda-url.us-east-1.localhost:4566, /metrics, There is no such",
        "localhost:4566, /_boda/url/abcdefghijklmnopqrstuvwxyz012345/, There is no such",
        "localhost:4566, /_boda/url/short/, no web pages",
        "localhost:4566, /2015-03-31/functions, no web pages",
        "x.lambda-url.us-east-1.evil.example, /, not known as"
    })
    void functionUrlsAreExemptFromTheRulesForPages(String host, String path, String said) throws Exception {
        var exchange = new FakeExchange("GET", path).header("Host", host).header("Origin", "https://evil.example");
        new UrlsFirst(urls, urls, others).handle(exchange);
        var answer = exchange.answered();
        assertThat(answer.status()).isEqualTo(403);
        if (said.startsWith("There")) {
            assertThat(answer.text()).isEqualTo("{\"Message\":null}");
        } else {
            assertThat(answer.text()).contains(said);
        }
    }
}
