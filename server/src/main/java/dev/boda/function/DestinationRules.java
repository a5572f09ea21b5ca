package dev.boda.function;

import dev.boda.aws.Arn;
import java.util.Optional;
import java.util.Set;

/// What may be a destination of asynchronous invocations. The one place that says which kinds of them work: functions
/// of the same account and region do; the others are AWS's own rules, and behind them a refusal by name.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>
final class DestinationRules {

    private static final String BUCKETS = "s3";

    /// A bucket only hears of failures.
    private static final Set<String> ON_SUCCESS = Set.of("lambda", "sqs", "sns", "events");

    private static final String FIFO = ".fifo";
    private static final String FUNCTION = "function:";
    private static final String EVENT_BUS = "event-bus/";

    private final FunctionCatalog catalog;

    DestinationRules(FunctionCatalog catalog) {
        this.catalog = catalog;
    }

    /// Refuses what cannot be a destination of a function's invocations.
    ///
    /// @param destinations held against AWS's pattern
    void check(FunctionName function, EventDestinations destinations) {
        if (!destinations
                        .onSuccess()
                        .map(DestinationRules::service)
                        .map(ON_SUCCESS::contains)
                        .orElse(true)
                || !destinations
                        .onFailure()
                        .map(DestinationRules::service)
                        .map(DestinationRules::isOfFailures)
                        .orElse(true)) {
            throw EventInvokeErrors.invalidDestinations(destinations);
        }
        destinations.all().forEach(arn -> check(function, arn));
    }

    private static String service(String destination) {
        return Arn.parse(destination).map(Arn::service).orElse("");
    }

    private static boolean isOfFailures(String service) {
        return ON_SUCCESS.contains(service) || service.equals(BUCKETS);
    }

    private void check(FunctionName function, String destination) {
        var arn = Arn.parse(destination).orElseThrow();
        switch (arn.service()) {
            case "sqs" -> throw unbuilt(destination, !arn.resource().endsWith(FIFO), "SQS destinations");
            case "sns" -> throw unbuilt(destination, !arn.resource().endsWith(FIFO), "SNS destinations");
            case "events" ->
                throw unbuilt(destination, arn.resource().startsWith(EVENT_BUS), "EventBridge destinations");
            case BUCKETS -> throw unbuilt(destination, true, "S3 destinations");
            default -> checkFunction(function, arn);
        }
    }

    /// @param valid whether AWS would take it
    private static RuntimeException unbuilt(String destination, boolean valid, String what) {
        return valid ? LambdaErrors.notSupported(what) : EventInvokeErrors.invalidDestination(destination);
    }

    private void checkFunction(FunctionName function, Arn arn) {
        var parts = arn.resource().split(":", -1);
        if (!arn.resource().startsWith(FUNCTION)
                || parts.length > 3
                || !arn.region().equals(function.region())) {
            throw EventInvokeErrors.invalidDestination(arn.toString());
        }
        if (!arn.account().equals(function.account())) {
            throw LambdaErrors.notSupported("destinations in other accounts");
        }
        var named = new FunctionName(arn.account(), arn.region(), parts[1]);
        var qualifier = Optional.of(parts).filter(all -> all.length == 3).map(all -> new Qualifier(all[2]));
        if (named.equals(function)) {
            throw EventInvokeErrors.ownDestination();
        }
        if (catalog.whole(named).flatMap(whole -> whole.find(qualifier)).isEmpty()) {
            throw EventInvokeErrors.invalidDestination(arn.toString());
        }
    }
}
