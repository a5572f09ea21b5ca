package dev.boda.api.logs;

import dev.boda.aws.Operation;
import dev.boda.aws.ServiceOperations;
import dev.boda.store.StoreUnavailableException;
import dev.boda.telemetry.LogStore;
import java.time.InstantSource;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceRequest;

/// CloudWatch Logs: the operations that are built, by name.
public final class LogsApi {

    private LogsApi() {}

    /// The operations over `logs`.
    @SuppressWarnings("deprecation")
    public static ServiceOperations of(LogStore logs, InstantSource clock) {
        var finder = new LogGroupFinder(logs);
        var groups = new LogGroupOperations(logs, finder, clock);
        var streams = new LogStreamOperations(logs, finder, clock);
        var tags = new LogTagOperations(logs, finder);
        var put = new PutLogEventsOperation(logs, finder, clock);
        var events = new LogEventOperations(logs, finder);
        return ServiceOperations.of("logs")
                .on("CreateLogGroup", CreateLogGroupRequest::builder, available(groups::create))
                .on("CreateLogStream", CreateLogStreamRequest::builder, available(streams::create))
                .on("DeleteLogGroup", DeleteLogGroupRequest::builder, available(groups::delete))
                .on("DeleteLogStream", DeleteLogStreamRequest::builder, available(streams::delete))
                .on("DeleteRetentionPolicy", DeleteRetentionPolicyRequest::builder, available(groups::deleteRetention))
                .on("DescribeLogGroups", DescribeLogGroupsRequest::builder, available(groups::describe))
                .on("DescribeLogStreams", DescribeLogStreamsRequest::builder, available(streams::describe))
                .on("FilterLogEvents", FilterLogEventsRequest::builder, available(events::filter))
                .on("GetLogEvents", GetLogEventsRequest::builder, available(events::get))
                .on("ListTagsForResource", ListTagsForResourceRequest::builder, available(tags::list))
                .on("ListTagsLogGroup", ListTagsLogGroupRequest::builder, available(tags::listOfGroup))
                .on("PutLogEvents", PutLogEventsRequest::builder, available(put::put))
                .on("PutRetentionPolicy", PutRetentionPolicyRequest::builder, available(groups::putRetention))
                .on("TagLogGroup", TagLogGroupRequest::builder, available(tags::tagGroup))
                .on("TagResource", TagResourceRequest::builder, available(tags::tag))
                .on("UntagLogGroup", UntagLogGroupRequest::builder, available(tags::untagGroup))
                .on("UntagResource", UntagResourceRequest::builder, available(tags::untag))
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
