package dev.boda.aws;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHeaders;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One request on its way, and what is found out of it on that way, for the counts and for its line in the log. Belongs
/// to the thread that handles it.
public final class ServedRequest {

    /// In the place of the name of a service or an operation that nobody here knows.
    static final String UNKNOWN = "unknown";

    private final HttpExchange exchange;
    private final String id;
    private final Origin origin;
    private final Consumer<HttpHeaders.Builder> common;
    private final long beganNanos;
    private String service = UNKNOWN;
    private String operation = UNKNOWN;
    private @Nullable Caller caller;
    private @Nullable Failure failure;
    private volatile int begunStatus;

    /// Why a request failed.
    ///
    /// @param code     the error's, as the caller reads it
    /// @param expected whether its message says all; otherwise somebody must read the stack
    record Failure(String code, Exception cause, boolean expected) {}

    ServedRequest(HttpExchange exchange, String id) {
        this(exchange, id, Origin.UNKNOWN, _ -> {});
    }

    public ServedRequest(HttpExchange exchange, String id, Origin origin) {
        this(exchange, id, origin, _ -> {});
    }

    /// @param common adds the headers of every answer
    ServedRequest(HttpExchange exchange, String id, Origin origin, Consumer<HttpHeaders.Builder> common) {
        this.common = common;
        this.exchange = exchange;
        this.id = id;
        this.origin = origin;
        this.beganNanos = System.nanoTime();
    }

    HttpExchange exchange() {
        return exchange;
    }

    /// Any thread: begins an answer in pieces, see [HttpExchange#respondInPieces].
    OutputStream respondInPieces(int status, HttpHeaders.Builder headers) throws IOException {
        common.accept(headers);
        var pieces = exchange.respondInPieces(status, headers.build());
        begunStatus = status;
        return pieces;
    }

    /// The status of an answer in pieces that has begun; 0 if none has.
    int begunStatus() {
        return begunStatus;
    }

    /// Answers whole.
    void respond(Answer answer) throws IOException {
        common.accept(answer.headers());
        exchange.respond(answer.status(), answer.headers().build(), answer.body());
    }

    /// A UUID.
    public String id() {
        return id;
    }

    Origin origin() {
        return origin;
    }

    long tookNanos() {
        return System.nanoTime() - beganNanos;
    }

    /// `lambda`, of one that is here.
    String service() {
        return service;
    }

    public void toService(String name) {
        service = name;
    }

    /// `GetFunction`, of one in the service's model.
    String operation() {
        return operation;
    }

    public void toOperation(String name) {
        operation = name;
    }

    public void by(Caller its) {
        caller = its;
    }

    /// As the signature says it, proven or not; empty for an unsigned request and one that nobody could read.
    String accessKeyId() {
        return caller == null ? "" : caller.accessKeyId();
    }

    String account() {
        return caller == null ? "" : caller.account();
    }

    public void refused(ServiceException why) {
        failure = new Failure(why.code(), why, true);
    }

    /// The client is to blame, before anybody could refuse what it wants.
    public void spoilt(String code, Exception how) {
        failure = new Failure(code, how, true);
    }

    /// Something broke that should not.
    public void broke(Exception how) {
        failure = new Failure("InternalFailure", how, false);
    }

    /// Absent when it was answered as it asked.
    @Nullable
    Failure failure() {
        return failure;
    }
}
