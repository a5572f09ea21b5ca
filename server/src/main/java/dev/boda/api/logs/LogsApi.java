package dev.boda.api.logs;

import dev.boda.aws.Operation;
import dev.boda.aws.ServiceOperations;
import dev.boda.store.StoreUnavailableException;
import dev.boda.telemetry.LogStore;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;

/// CloudWatch Logs: the operations that are built, by name.
public final class LogsApi {

    private LogsApi() {}

    /// The operations over `logs`.
    public static ServiceOperations of(LogStore logs) {
        var finder = new LogGroupFinder(logs);
        var groups = new LogGroupOperations(logs);
        var streams = new LogStreamOperations(logs, finder);
        var events = new LogEventOperations(logs, finder);
        return ServiceOperations.of("logs")
                .on("DescribeLogGroups", DescribeLogGroupsRequest::builder, available(groups::describe))
                .on("DescribeLogStreams", DescribeLogStreamsRequest::builder, available(streams::describe))
                .on("FilterLogEvents", FilterLogEventsRequest::builder, available(events::filter))
                .on("GetLogEvents", GetLogEventsRequest::builder, available(events::get))
                .build();
    }

    /// A store that cannot be read is AWS's `ServiceUnavailableException`.
    private static <I, O> Operation<I, O> available(Operation<I, O> operation) {
        return (input, call) -> {
            try {
                return operation.answer(input, call);
            } catch (StoreUnavailableException e) {
                throw LogsErrors.unavailable(e);
            }
        };
    }
}
