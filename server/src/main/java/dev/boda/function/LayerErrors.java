package dev.boda.function;

import dev.boda.aws.Arn;
import dev.boda.aws.Caller;
import dev.boda.aws.ServiceException;
import java.util.Map;

/// How Lambda refuses what is asked of layers; as [LambdaErrors], recorded on AWS unless the factory names another
/// source.
public final class LayerErrors {

    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;

    private static final Map<String, Object> USER = Map.of("Type", "User");

    private LayerErrors() {}

    /// The layer version that a permission or policy is about does not exist.
    public static ServiceException versionNotFound(String arn) {
        return LambdaErrors.notFound("Layer version " + arn + " does not exist.");
    }

    /// The layer version that is asked for does not exist, or the policy of a function; of the latter recorded.
    public static ServiceException resourceNotFound() {
        return LambdaErrors.notFound("The resource you requested does not exist.");
    }

    public static ServiceException noPolicy() {
        return LambdaErrors.notFound("No policy is associated with the given resource.");
    }

    static ServiceException statementNotFound(String sid) {
        return LambdaErrors.notFound("Statement " + sid + " is not found in resource policy.");
    }

    static ServiceException statementExists(String sid) {
        return new ServiceException(
                "ResourceConflictException",
                CONFLICT,
                "The statement id (" + sid + ") provided already exists. Please provide a new statement id, or remove"
                        + " the existing statement.",
                USER);
    }

    static ServiceException revisionMismatch() {
        return new ServiceException(
                "PreconditionFailedException",
                PRECONDITION_FAILED,
                "The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to"
                        + " retrieve the latest Revision Id",
                USER);
    }

    /// Quoted, of a function's policy, in <https://github.com/adobe/helix-deploy/issues/24>.
    static ServiceException policyTooLong(int bytes, int most) {
        return new ServiceException(
                "PolicyLengthExceededException",
                BAD_REQUEST,
                "The final policy size (" + bytes + ") is bigger than the limit (" + most + ").",
                USER);
    }

    /// The sentence is known, but was not recorded.
    public static ServiceException numberTooSmall() {
        return LambdaErrors.invalidParameter("Layer Version Cannot be less than 1");
    }

    /// A layer of another account, or a version of it that there is not: AWS does not say which. Measured, as
    /// <https://github.com/ministackorg/ministack/pull/1712> tells.
    public static ServiceException notPermitted(Caller caller, String action, String arn) {
        var who = "arn:" + Arn.partitionOf(caller.region()) + ":iam::" + caller.account() + ":root";
        return new ServiceException(
                "AccessDeniedException",
                FORBIDDEN,
                "User: " + who + " is not authorized to perform: " + action + " on resource: " + arn
                        + " because no resource-based policy allows the " + action + " action");
    }

    static ServiceException tooMany(int most) {
        return LambdaErrors.invalidParameter("Cannot reference more than " + most + " layers.");
    }

    static ServiceException otherRegion(String expected) {
        return LambdaErrors.invalidParameter(
                "Layers are not in the same region as the function. Layers are expected to be in region " + expected
                        + ".");
    }

    /// A function cannot have a layer version that there is not.
    static ServiceException notThere(String arn) {
        return LambdaErrors.invalidParameter("Layer version " + arn + " does not exist.");
    }

    static ServiceException twoVersions(String first, String second) {
        return LambdaErrors.invalidParameter("Two different versions of the same layer are not allowed to be referenced"
                + " in the same function. " + first + " and " + second + " are versions of the same layer.");
    }

    /// Quoted in <https://github.com/brandonlim-hs/wkhtmltopdf-aws-lambda-layer/issues/4>.
    static ServiceException layersTooLarge(long most) {
        return LambdaErrors.invalidParameter("Layers consume more than the available size of " + most + " bytes");
    }

    /// Quoted in <https://github.com/lambci/git-lambda-layer/issues/27>.
    static ServiceException togetherTooLarge(long most, long bytes) {
        return LambdaErrors.invalidParameter("Function code combined with layers exceeds the maximum allowed size of "
                + most + " bytes. The actual size is " + bytes + " bytes.");
    }
}
