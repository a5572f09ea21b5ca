package dev.boda.api.logs;

import dev.boda.aws.Arn;
import dev.boda.aws.Caller;
import dev.boda.store.LogGroup;
import dev.boda.telemetry.LogStore;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the log group that a request means, by its name or its ARN.
final class LogGroupFinder {

    private static final String RESOURCE = "log-group:";

    private final LogStore logs;

    LogGroupFinder(LogStore logs) {
        this.logs = logs;
    }

    /// The group, or AWS's refusal.
    ///
    /// @param name       `logGroupName`
    /// @param identifier `logGroupIdentifier`: a name or an ARN
    LogGroup resolve(@Nullable String name, @Nullable String identifier, Caller caller) {
        if (name != null && identifier != null) {
            throw LogsErrors.mutuallyExclusive("LogGroup name", "LogGroup ARN");
        }
        if (name == null && identifier == null) {
            throw LogsErrors.groupMissing();
        }
        Optional<String> wanted = name != null ? Optional.of(name) : name(identifier, caller);
        return wanted.flatMap(known -> logs.findGroup(caller.account(), caller.region(), known))
                .orElseThrow(LogsErrors::noSuchGroup);
    }

    /// The group of that name, or AWS's refusal.
    LogGroup resolve(String name, Caller caller) {
        return logs.findGroup(caller.account(), caller.region(), name).orElseThrow(LogsErrors::noSuchGroup);
    }

    /// The group that an ARN names, or AWS's refusal.
    LogGroup resolveArn(String arn, Caller caller) {
        if (Arn.parse(arn).isEmpty()) {
            throw LogsErrors.invalidArn();
        }
        return name(arn, caller)
                .flatMap(name -> logs.findGroup(caller.account(), caller.region(), name))
                .orElseThrow(LogsErrors::noSuchGroup);
    }

    /// The name of the group that an identifier means; empty if it is another account's or region's.
    static Optional<String> name(@Nullable String identifier, Caller caller) {
        if (identifier == null) {
            return Optional.empty();
        }
        if (!identifier.startsWith("arn:")) {
            return Optional.of(identifier);
        }
        return Arn.parse(identifier)
                .filter(arn -> arn.service().equals("logs")
                        && arn.account().equals(caller.account())
                        && arn.region().equals(caller.region())
                        && arn.resource().startsWith(RESOURCE))
                .map(arn -> arn.resource().substring(RESOURCE.length()));
    }

    /// A group's ARN, without the `:*` that means what is in it.
    static String arn(String group, Caller caller) {
        return Arn.of("logs", caller.region(), caller.account(), RESOURCE + group)
                .toString();
    }
}
