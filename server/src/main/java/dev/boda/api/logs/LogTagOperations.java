package dev.boda.api.logs;

import dev.boda.aws.ApiCall;
import dev.boda.store.LogCatalog.Tagging;
import dev.boda.store.LogGroup;
import dev.boda.telemetry.LogStore;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceResponse;

/// Tags of log groups, by the group's ARN; by its name in the operations that AWS calls deprecated and keeps.
final class LogTagOperations {

    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
    private static final int MOST_TAGS = 50;

    private final LogStore logs;
    private final LogGroupFinder groups;

    LogTagOperations(LogStore logs, LogGroupFinder groups) {
        this.logs = logs;
        this.groups = groups;
    }

    TagResourceResponse tag(TagResourceRequest request, ApiCall call) {
        add(groups.resolveArn(request.resourceArn(), call.caller()), request.tags());
        return TagResourceResponse.builder().build();
    }

    UntagResourceResponse untag(UntagResourceRequest request, ApiCall call) {
        remove(groups.resolveArn(request.resourceArn(), call.caller()), request.tagKeys());
        return UntagResourceResponse.builder().build();
    }

    ListTagsForResourceResponse list(ListTagsForResourceRequest request, ApiCall call) {
        LogGroup group = groups.resolveArn(request.resourceArn(), call.caller());
        return ListTagsForResourceResponse.builder().tags(logs.tags(group)).build();
    }

    @SuppressWarnings("deprecation")
    TagLogGroupResponse tagGroup(TagLogGroupRequest request, ApiCall call) {
        add(groups.resolve(request.logGroupName(), call.caller()), request.tags());
        return TagLogGroupResponse.builder().build();
    }

    @SuppressWarnings("deprecation")
    UntagLogGroupResponse untagGroup(UntagLogGroupRequest request, ApiCall call) {
        remove(groups.resolve(request.logGroupName(), call.caller()), request.tags());
        return UntagLogGroupResponse.builder().build();
    }

    @SuppressWarnings("deprecation")
    ListTagsLogGroupResponse listOfGroup(ListTagsLogGroupRequest request, ApiCall call) {
        LogGroup group = groups.resolve(request.logGroupName(), call.caller());
        return ListTagsLogGroupResponse.builder().tags(logs.tags(group)).build();
    }

    private void add(LogGroup group, Map<String, String> tags) {
        switch (logs.<Tagging>change(catalog -> catalog.tag(group, tags, MOST_TAGS))) {
            case DONE -> {}
            case NO_GROUP -> throw LogsErrors.noSuchGroup();
            case TOO_MANY -> throw LogsErrors.tooManyTags();
        }
    }

    private void remove(LogGroup group, List<String> keys) {
        int _ = logs.<Integer>change(catalog -> catalog.untag(group, keys));
    }
}
