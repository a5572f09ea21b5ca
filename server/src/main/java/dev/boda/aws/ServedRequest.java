package dev.boda.aws;

import dev.boda.http.HttpExchange;
import org.jspecify.annotations.Nullable;

/// One request on its way, and what is found out of it on that way, for the counts and for its line in the log. Belongs
/// to the thread that handles it.
public final class ServedRequest {

    /// In the place of the name of a service or an operation that nobody here knows.
    static final String UNKNOWN = "unknown";

    private final HttpExchange exchange;
    private final String id;
    private final Origin origin;
    private final long beganNanos;
    private String service = UNKNOWN;
    private String operation = UNKNOWN;
    private @Nullable Caller caller;
    private @Nullable Failure failure;

    /// Why a request failed.
    ///
    /// @param code     the error's, as the caller reads it
    /// @param expected whether its message says all; otherwise somebody must read the stack
    record Failure(String code, Exception cause, boolean expected) {}

    ServedRequest(HttpExchange exchange, String id) {
        this(exchange, id, Origin.UNKNOWN);
    }

    public ServedRequest(HttpExchange exchange, String id, Origin origin) {
        this.exchange = exchange;
        this.id = id;
        this.origin = origin;
        this.beganNanos = System.nanoTime();
    }

    HttpExchange exchange() {
        return exchange;
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
