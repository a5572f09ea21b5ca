package dev.boda.api.logs;

import dev.boda.aws.Refusals;
import dev.boda.aws.ServiceException;
import dev.boda.store.StoreUnavailableException;
import dev.boda.telemetry.FilterPattern;

/// What CloudWatch Logs refuses, in its words.
final class LogsErrors {

    private static final int BAD_REQUEST = 400;
    private static final int UNAVAILABLE = 503;

    private LogsErrors() {}

    static ServiceException noSuchGroup() {
        return new ServiceException(
                "ResourceNotFoundException", BAD_REQUEST, "The specified log group does not exist.");
    }

    static ServiceException noSuchStream() {
        return new ServiceException(
                "ResourceNotFoundException", BAD_REQUEST, "The specified log stream does not exist.");
    }

    static ServiceException invalidToken() {
        return invalid("The specified nextToken is invalid.");
    }

    static ServiceException groupMissing() {
        return invalid("1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member"
                + " must not be null");
    }

    /// @param first  as AWS calls it in prose: `LogGroup name`
    /// @param second `LogGroup ARN`
    static ServiceException mutuallyExclusive(String first, String second) {
        return invalid(first + " and " + second + " are mutually exclusive parameters.");
    }

    static ServiceException orderedByTimeWithPrefix() {
        return invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
    }

    static ServiceException filterPattern(FilterPattern.Refused refused) {
        String message = String.valueOf(refused.getMessage());
        return refused.unbuilt() ? Refusals.notImplemented(message) : invalid(message);
    }

    static ServiceException linkedAccounts() {
        return Refusals.notImplemented(
                "Boda does not implement accountIdentifiers of logs:DescribeLogGroups; see docs/parity.md");
    }

    static ServiceException unavailable(StoreUnavailableException cause) {
        return new ServiceException("ServiceUnavailableException", UNAVAILABLE, String.valueOf(cause.getMessage()));
    }

    private static ServiceException invalid(String message) {
        return new ServiceException("InvalidParameterException", BAD_REQUEST, message);
    }
}
