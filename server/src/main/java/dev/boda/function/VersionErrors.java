package dev.boda.function;

import dev.boda.aws.ServiceException;
import java.util.Collection;
import java.util.Map;

/// Every way Lambda refuses what is about versions, aliases, their policies and their provisioned concurrency, with
/// AWS's code, status and sentence. [LambdaErrors] has the others.
public final class VersionErrors {

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private VersionErrors() {}

    /// Quoted in <https://github.com/cloud-custodian/cloud-custodian/issues/6739>.
    static ServiceException versionHasAliases(Collection<String> aliases) {
        return LambdaErrors.conflict("Unable to delete version because the following aliases reference it: ["
                + String.join(", ", aliases) + "]");
    }

    /// PublishVersion of code that is no longer there. The sentence is known, but was not recorded.
    static ServiceException codeMismatch(String expected, String now) {
        return LambdaErrors.invalidParameter(
                "CodeSHA256 (" + expected + ") is different from current CodeSHA256 in $LATEST (" + now
                        + "). Please try again with the CodeSHA256 in $LATEST.");
    }

    /// Quoted in <https://github.com/HumanCellAtlas/data-store/issues/929>.
    static ServiceException aliasExists(String arn) {
        return LambdaErrors.conflict("Alias already exists: " + arn);
    }

    /// Quoted in <https://github.com/fujiwara/lambroll/issues/386>.
    static ServiceException aliasNotFound(String arn) {
        return LambdaErrors.notFound("Cannot find alias arn: " + arn);
    }

    /// UpdateAlias says it in other words than everybody else (recorded).
    static ServiceException aliasToUpdateNotFound(String arn) {
        return LambdaErrors.notFound("Alias not found: " + arn);
    }

    /// The sentence is known, but was not recorded; so are the two that follow.
    static ServiceException tooManyWeights() {
        return LambdaErrors.invalidParameter("Number of items in AdditionalVersionWeights cannot be greater than 1");
    }

    static ServiceException latestIsNotRouted() {
        return LambdaErrors.invalidParameter("$LATEST is not supported for an alias pointing to more than 1 version");
    }

    static ServiceException routedToItself(String version) {
        return LambdaErrors.invalidParameter("Invalid function version " + version + ". Function version " + version
                + " is already included in routing configuration.");
    }

    /// Recorded.
    static ServiceException policyOfLatest() {
        return LambdaErrors.invalidParameter("We currently do not support adding policies for $LATEST.");
    }

    /// Recorded.
    public static ServiceException invalidPrincipal() {
        return LambdaErrors.invalidParameter(
                "The provided principal was invalid. Please check the principal and try again.");
    }

    /// The sentence is known, but was not recorded.
    public static ServiceException authTypeOfOther() {
        return LambdaErrors.invalidParameter(
                "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action");
    }

    /// Recorded.
    static ServiceException noProvisionedConcurrency() {
        return new ServiceException(
                "ProvisionedConcurrencyConfigNotFoundException",
                NOT_FOUND,
                "No Provisioned Concurrency Config found for this function",
                Map.of("Type", "User"));
    }

    /// The sentence is known, but was not recorded; so are those of [#versionIsProvisioned()], [#aliasIsProvisioned()]
    /// and [#moreProvisionedThanUnreserved].
    static ServiceException latestIsNotProvisioned() {
        return LambdaErrors.invalidParameter(
                "Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
    }

    static ServiceException versionIsProvisioned() {
        return LambdaErrors.conflict(
                "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version");
    }

    /// Quoted in <https://github.com/hashicorp/terraform/issues/24957>.
    static ServiceException weightedIsNotProvisioned() {
        return LambdaErrors.invalidParameter("Alias with weights can not be used with Provisioned Concurrency");
    }

    /// An alias with provisioned concurrency that would be moved where it could have none.
    static ServiceException invalidProvisionedAlias() {
        return LambdaErrors.invalidParameter("Invalid alias configuration for Provisioned Concurrency");
    }

    static ServiceException aliasIsProvisioned() {
        return LambdaErrors.conflict("Version is pointed by a Provisioned Concurrency alias");
    }

    /// Recorded.
    static ServiceException moreProvisionedThanReserved() {
        return LambdaErrors.invalidParameter("Requested Provisioned Concurrency should not be greater than the"
                + " reservedConcurrentExecution for function");
    }

    static ServiceException moreProvisionedThanUnreserved(int unreserved) {
        return LambdaErrors.invalidParameter(
                "Specified ConcurrentExecutions for function is greater than account's unreserved" + " concurrency ["
                        + unreserved + "].");
    }

    static ServiceException tooMuchProvisioned(int leastUnreserved) {
        return LambdaErrors.invalidParameter("Specified ConcurrentExecutions for function decreases account's"
                + " UnreservedConcurrentExecution below its minimum value of [" + leastUnreserved + "].");
    }

    /// Recorded, without a `Type`, and with these spaces.
    static ServiceException reservedBelowProvisioned(int reserved, int provisioned) {
        return new ServiceException(
                "InvalidParameterValueException",
                BAD_REQUEST,
                " ReservedConcurrentExecutions  " + reserved
                        + " should not be lower than function's total provisioned concurrency [" + provisioned + "].");
    }
}
