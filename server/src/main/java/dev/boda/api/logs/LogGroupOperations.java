package dev.boda.api.logs;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Caller;
import dev.boda.aws.Page;
import dev.boda.aws.PageToken;
import dev.boda.store.LogGroup;
import dev.boda.store.LogGroupQuery;
import dev.boda.telemetry.LogStore;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteRetentionPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupClass;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyResponse;

/// Log groups.
final class LogGroupOperations {

    private static final String DESCRIBE = "DescribeLogGroups";
    private static final int DEFAULT_LIMIT = 50;

    /// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
    private static final Set<Integer> RETENTION_DAYS = new TreeSet<>(Set.of(
            1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653));

    private static final String RESERVED = "aws/";

    private final LogStore logs;
    private final LogGroupFinder groups;
    private final InstantSource clock;

    LogGroupOperations(LogStore logs, LogGroupFinder groups, InstantSource clock) {
        this.logs = logs;
        this.groups = groups;
        this.clock = clock;
    }

    CreateLogGroupResponse create(CreateLogGroupRequest request, ApiCall call) {
        if (request.kmsKeyId() != null) {
            throw LogsErrors.unbuilt("kmsKeyId of logs:CreateLogGroup");
        }
        if (!isStandard(request.logGroupClass())) {
            throw LogsErrors.unbuilt("logGroupClass " + request.logGroupClassAsString() + " of logs:CreateLogGroup");
        }
        if (Boolean.TRUE.equals(request.deletionProtectionEnabled())) {
            throw LogsErrors.unbuilt("deletionProtectionEnabled of logs:CreateLogGroup");
        }
        String name = request.logGroupName();
        if (name.toLowerCase(Locale.ROOT).startsWith(RESERVED)) {
            throw LogsErrors.reservedName();
        }
        Caller caller = call.caller();
        boolean made = logs.change(catalog ->
                catalog.createGroup(caller.account(), caller.region(), name, clock.millis(), request.tags()));
        if (!made) {
            throw LogsErrors.groupExists();
        }
        return CreateLogGroupResponse.builder().build();
    }

    DeleteLogGroupResponse delete(DeleteLogGroupRequest request, ApiCall call) {
        LogGroup group = groups.resolve(request.logGroupName(), call.caller());
        if (!logs.<Boolean>change(catalog -> catalog.deleteGroup(group))) {
            throw LogsErrors.noSuchGroup();
        }
        return DeleteLogGroupResponse.builder().build();
    }

    PutRetentionPolicyResponse putRetention(PutRetentionPolicyRequest request, ApiCall call) {
        if (!RETENTION_DAYS.contains(request.retentionInDays())) {
            throw LogsErrors.retention(RETENTION_DAYS);
        }
        retain(request.logGroupName(), request.retentionInDays(), call);
        return PutRetentionPolicyResponse.builder().build();
    }

    DeleteRetentionPolicyResponse deleteRetention(DeleteRetentionPolicyRequest request, ApiCall call) {
        retain(request.logGroupName(), 0, call);
        return DeleteRetentionPolicyResponse.builder().build();
    }

    private void retain(String name, int days, ApiCall call) {
        LogGroup group = groups.resolve(name, call.caller());
        if (!logs.<Boolean>change(catalog -> catalog.retain(group, days))) {
            throw LogsErrors.noSuchGroup();
        }
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
                .retentionInDays(group.retentionDays() == 0 ? null : group.retentionDays())
                .metricFilterCount(0)
                .arn(arn + ":*")
                .logGroupArn(arn)
                .logGroupClass(LogGroupClass.STANDARD)
                .storedBytes(byPattern ? null : group.storedBytes())
                .deletionProtectionEnabled(byPattern ? null : false)
                .build();
    }
}
