package dev.boda.aws;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Where every AWS request arrives: it gets a request id, its caller, service and operation are found, and whatever
/// goes wrong becomes an error in the service's own shape. The only `catch` on the path of a request.
public final class FrontDoor implements HttpHandler {

    private final Settings settings;
    private final List<ServiceOperations> services;
    private final Map<String, HttpHandler> internal;

    /// @param account   of callers whose access key names none: 12 digits
    /// @param region    of requests that name none
    /// @param accountOf the account of an access key that Boda issued
    public record Settings(String account, String region, Function<String, Optional<String>> accountOf) {}

    /// @param internal what is not AWS's, by the beginning of its path: `/_boda/`, `/_localstack/`
    public FrontDoor(Settings settings, List<ServiceOperations> services, Map<String, HttpHandler> internal) {
        this.settings = settings;
        this.services = List.copyOf(services);
        this.internal = Map.copyOf(internal);
    }

    @Override
    public void handle(HttpExchange exchange) throws Exception {
        throw new IllegalStateException(settings + " " + services + " " + internal);
    }
}
