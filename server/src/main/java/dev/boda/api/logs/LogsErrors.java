package dev.boda.api.logs;

import dev.boda.aws.Refusals;
import dev.boda.aws.ServiceException;
import dev.boda.store.StoreUnavailableException;
import dev.boda.telemetry.filter.InvalidPatternException;
import java.util.Set;

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

    static ServiceException groupExists() {
        return new ServiceException(
                "ResourceAlreadyExistsException", BAD_REQUEST, "The specified log group already exists");
    }

    static ServiceException streamExists() {
        return new ServiceException(
                "ResourceAlreadyExistsException", BAD_REQUEST, "The specified log stream already exists");
    }

    static ServiceException reservedName() {
        return invalid("Log groups starting with AWS/ are reserved for AWS.");
    }

    static ServiceException invalidArn() {
        return invalid("The specified resourceArn is invalid.");
    }

    static ServiceException tooManyTags() {
        return new ServiceException("TooManyTagsException", BAD_REQUEST, "A resource can have no more than 50 tags.");
    }

    /// Quoted, with the values of that time, in <https://github.com/aws/aws-cdk/issues/1343>.
    static ServiceException retention(Set<Integer> allowed) {
        return invalid("Invalid retention value. Valid values are: " + allowed);
    }

    static ServiceException notChronological() {
        return invalid("Log events in a single PutLogEvents request must be in chronological order.");
    }

    static ServiceException longerThanADay() {
        return invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
    }

    static ServiceException uploadTooLarge(long bytes, long limit) {
        return invalid("Upload too large: " + bytes + " bytes exceeds limit of " + limit);
    }

    static ServiceException eventTooLarge(long bytes, long limit) {
        return invalid("Log event too large: " + bytes + " bytes exceeds limit of " + limit);
    }

    /// @param what `kmsKeyId of logs:CreateLogGroup`
    static ServiceException unbuilt(String what) {
        return Refusals.notImplemented("Boda does not implement " + what + "; see docs/parity.md");
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

    static ServiceException filterPattern(InvalidPatternException cause) {
        return invalid(String.valueOf(cause.getMessage()));
    }

    static ServiceException linkedAccounts() {
        return unbuilt("accountIdentifiers of logs:DescribeLogGroups");
    }

    static ServiceException unavailable(StoreUnavailableException cause) {
        return new ServiceException("ServiceUnavailableException", UNAVAILABLE, String.valueOf(cause.getMessage()));
    }

    private static ServiceException invalid(String message) {
        return new ServiceException("InvalidParameterException", BAD_REQUEST, message);
    }
}
