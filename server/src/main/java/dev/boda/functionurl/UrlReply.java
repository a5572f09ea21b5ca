package dev.boda.functionurl;

import dev.boda.aws.DateHeader;
import dev.boda.aws.RequestLog;
import dev.boda.aws.ServedRequest;
import dev.boda.function.CorsRules;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHeaders;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// The answer to one request: adds what every answer of a function URL has, and has it counted.
final class UrlReply implements StreamedAnswer.Client {

    private static final int OK = 200;
    /// <https://httpwg.org/specs/rfc9110.html#status.205>
    private static final int RESET_CONTENT = 205;

    private static final int BROKEN = 500;
    private static final byte[] NOTHING = {};

    /// Such a page is of no origin: it reads nothing of AWS's APIs, beside which it was served.
    private static final String SANDBOX = "sandbox allow-scripts allow-forms allow-popups";

    private static final String WIDER_WORKERS = "Service-Worker-Allowed";

    private final HttpExchange exchange;
    private final ServedRequest request;
    private final RequestLog requests;
    private final DateHeader date;
    private final AtomicBoolean counted = new AtomicBoolean();
    private Optional<CorsRules> cors = Optional.empty();
    private String traceHeader = "";
    private boolean sandboxed;
    private volatile boolean begun;

    UrlReply(HttpExchange exchange, ServedRequest request, RequestLog requests, DateHeader date) {
        this.exchange = exchange;
        this.request = request;
        this.requests = requests;
        this.date = date;
    }

    /// The answer is one of the origin of AWS's APIs.
    void inPathForm() {
        sandboxed = true;
    }

    /// The URL is found.
    void by(Optional<CorsRules> rules) {
        cors = rules;
    }

    /// The function is found.
    void traced(String header) {
        traceHeader = header;
    }

    /// If it is a preflight, and there are rules to answer it by.
    ///
    /// @return whether it was
    boolean preflight() throws IOException {
        if (cors.isEmpty() || !CorsAnswers.isPreflight(exchange)) {
            return false;
        }
        var headers = HttpHeaders.builder();
        CorsAnswers.addPreflight(cors.get(), exchange.headers(), headers);
        send(OK, always(headers), NOTHING);
        return true;
    }

    void whole(UrlAnswer answer) throws IOException {
        send(answer.status(), shared(answer.headers()), answer.body());
    }

    void refused(UrlRefusal refusal) throws IOException {
        if (refusal.own()) {
            request.refused(refusal.logged());
        }
        whole(refusal.answer());
    }

    /// Something broke that should not: what breaks may be the rules for pages.
    void broke(Exception how) throws IOException {
        if (begun) {
            brokenBy(how);
            return;
        }
        request.broke(how);
        cors = Optional.empty();
        whole(UrlRefusal.of(
                        "ServiceException",
                        BROKEN,
                        "An error occurred and the request cannot be processed. Request id: " + request.id())
                .answer());
    }

    private void send(int status, HttpHeaders headers, byte[] body) throws IOException {
        if (!exchange.open()) {
            throw new ClosedChannelException();
        }
        count(status);
        exchange.respond(status, headers, status == RESET_CONTENT ? NOTHING : body);
    }

    private void count(int status) {
        if (counted.compareAndSet(false, true)) {
            requests.answered(request, status);
        }
    }

    /// The client sent what cannot be read, or has gone.
    void spoilt(Exception how) {
        if (counted.compareAndSet(false, true)) {
            requests.spoilt(request, how);
        }
    }

    /// Begins an answer that is counted when it [ends][#streamed].
    @Override
    public OutputStream begin(int status, HttpHeaders.Builder headers) throws IOException {
        boolean bodiless = status == RESET_CONTENT;
        var all = shared(bodiless ? headers.add("Content-Length", "0") : headers);
        begun = true;
        var pieces = exchange.respondInPieces(status, all);
        return bodiless ? new Bodiless(pieces) : pieces;
    }

    /// What is written is not sent.
    private static final class Bodiless extends OutputStream {

        private final OutputStream answer;

        Bodiless(OutputStream answer) {
            this.answer = answer;
        }

        @Override
        public void write(int oneByte) {}

        @Override
        public void write(byte[] bytes, int offset, int length) {}

        @Override
        public void close() throws IOException {
            answer.close();
        }
    }

    /// All of it is sent.
    void streamed(int status) {
        count(status);
    }

    /// Function or server failed in the middle of the answer: the client shall see that it is one half of it.
    void broken(UrlRefusal why) {
        if (counted.get()) {
            return;
        }
        request.refused(why.logged());
        count(why.status());
        exchange.abort();
    }

    /// Something broke in the middle of the answer that should not.
    void brokenBy(Exception how) {
        if (counted.get()) {
            return;
        }
        request.broke(how);
        count(BROKEN);
        exchange.abort();
    }

    @Override
    public void malformed(MalformedAnswerException why) throws IOException {
        refused(UrlRefusal.malformed(why));
    }

    @Override
    public void cutOff() {
        exchange.abort();
    }

    /// The client went away, or read too slowly, in the middle of its answer.
    void unread(IOException how) {
        if (counted.get()) {
            return;
        }
        spoilt(how);
        exchange.abort();
    }

    private HttpHeaders shared(HttpHeaders.Builder headers) {
        cors.ifPresent(rules -> CorsAnswers.add(rules, exchange.headers(), headers));
        return always(headers);
    }

    private HttpHeaders always(HttpHeaders.Builder headers) {
        headers.add("Date", date.now()).add("x-amzn-RequestId", request.id());
        if (!traceHeader.isEmpty()) {
            headers.add("X-Amzn-Trace-Id", traceHeader);
        }
        return sandboxed ? sandboxed(headers.build()) : headers.build();
    }

    /// The function's own policy stays. It is the last sandbox that counts:
    /// <https://html.spec.whatwg.org/multipage/browsers.html#csp-derived-sandboxing-flags>
    private static HttpHeaders sandboxed(HttpHeaders headers) {
        var kept = HttpHeaders.builder();
        headers.forEach((name, value) -> {
            if (!name.equalsIgnoreCase(WIDER_WORKERS)) {
                kept.add(name, value);
            }
        });
        return kept.add("Content-Security-Policy", SANDBOX).build();
    }
}
