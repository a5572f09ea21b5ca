package dev.boda.api.logs;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Caller;
import dev.boda.aws.Page;
import dev.boda.aws.PageToken;
import dev.boda.store.LogGroup;
import dev.boda.store.LogGroupQuery;
import dev.boda.telemetry.LogStore;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupClass;

/// Log groups.
final class LogGroupOperations {

    private static final String DESCRIBE = "DescribeLogGroups";
    private static final int DEFAULT_LIMIT = 50;

    private final LogStore logs;

    LogGroupOperations(LogStore logs) {
        this.logs = logs;
    }

    DescribeLogGroupsResponse describe(DescribeLogGroupsRequest request, ApiCall call) {
        if (request.logGroupNamePrefix() != null && request.logGroupNamePattern() != null) {
            throw LogsErrors.mutuallyExclusive("LogGroup name prefix", "LogGroup name pattern");
        }
        if (request.hasAccountIdentifiers()) {
            throw LogsErrors.linkedAccounts();
        }
        Caller caller = call.caller();
        Page<LogGroup> page = request.hasLogGroupIdentifiers()
                ? new Page<>(identified(request.logGroupIdentifiers(), caller), null)
                : listed(request, caller);
        boolean byPattern = request.logGroupNamePattern() != null;
        return DescribeLogGroupsResponse.builder()
                .logGroups(page.items().stream()
                        .filter(_ -> isStandard(request.logGroupClass()))
                        .map(group -> shape(group, caller, byPattern))
                        .toList())
                .nextToken(page.nextToken())
                .build();
    }

    /// All groups here are of this class, the default.
    private static boolean isStandard(@Nullable LogGroupClass wanted) {
        return wanted == null || wanted == LogGroupClass.STANDARD;
    }

    private List<LogGroup> identified(List<String> identifiers, Caller caller) {
        return identifiers.stream()
                .map(identifier -> LogGroupFinder.name(identifier, caller))
                .flatMap(Optional::stream)
                .distinct()
                .map(name -> logs.findGroup(caller.account(), caller.region(), name))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(LogGroup::name))
                .toList();
    }

    private Page<LogGroup> listed(DescribeLogGroupsRequest request, Caller caller) {
        String token = request.nextToken();
        String after = token == null ? "" : PageToken.decode(DESCRIBE, token).orElseThrow(LogsErrors::invalidToken);
        int limit = Objects.requireNonNullElse(request.limit(), DEFAULT_LIMIT);
        var query = new LogGroupQuery(
                caller.account(),
                caller.region(),
                Objects.requireNonNullElse(request.logGroupNamePrefix(), ""),
                Objects.requireNonNullElse(request.logGroupNamePattern(), ""),
                after,
                limit + 1);
        return Page.of(logs.groups(query), limit, DESCRIBE, LogGroup::name);
    }

    /// A search by pattern tells less, on AWS too.
    private static software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup shape(
            LogGroup group, Caller caller, boolean byPattern) {
        String arn = LogGroupFinder.arn(group.name(), caller);
        return software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup.builder()
                .logGroupName(group.name())
                .creationTime(group.createdMillis())
                .metricFilterCount(0)
                .arn(arn + ":*")
                .logGroupArn(arn)
                .logGroupClass(LogGroupClass.STANDARD)
                .storedBytes(byPattern ? null : group.storedBytes())
                .deletionProtectionEnabled(byPattern ? null : false)
                .build();
    }
}
