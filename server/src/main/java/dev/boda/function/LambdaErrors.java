package dev.boda.function;

import dev.boda.aws.ServiceException;
import dev.boda.store.StoreUnavailableException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Every way Lambda refuses a request, with AWS's code, status and sentence. Most were recorded on AWS; where AWS's
/// documentation or a quotation is the source, the factory says so. Errors with a `Type` come from Lambda itself,
/// those without from the gate before it.
public final class LambdaErrors {

    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final int TOO_LARGE = 413;
    private static final int THROTTLED = 429;
    private static final int INTERNAL = 500;

    /// Slots are free again in far less; whole seconds are what the header has.
    private static final String RETRY_AFTER_SECONDS = "1";

    private static final Map<String, Object> USER = Map.of("Type", "User");

    private LambdaErrors() {}

    /// A parameter that Lambda itself refuses.
    public static ServiceException invalidParameter(String message) {
        return new ServiceException("InvalidParameterValueException", BAD_REQUEST, message, USER);
    }

    /// A parameter that the gate before Lambda refuses.
    static ServiceException validation(String message) {
        return new ServiceException("ValidationException", BAD_REQUEST, message);
    }

    /// The function, or this version or alias of it, does not exist.
    public static ServiceException functionNotFound(String arn) {
        return notFound("Function not found: " + arn);
    }

    static ServiceException notFound(String message) {
        return new ServiceException("ResourceNotFoundException", NOT_FOUND, message, USER);
    }

    static ServiceException otherRegion(String named, String here) {
        return new ServiceException(
                "ResourceNotFoundException",
                NOT_FOUND,
                "Functions from '" + named + "' are not reachable in this region ('" + here + "')",
                USER);
    }

    /// A function of another account; AWS says nothing more.
    static ServiceException accessDenied() {
        return new ServiceException("AccessDeniedException", FORBIDDEN, "");
    }

    public static ServiceException qualifierMismatch() {
        return invalidParameter("The derived qualifier from the function name does not match the specified qualifier.");
    }

    /// Quoted in <https://github.com/Miserlou/Zappa/issues/378>, misspelled as it is.
    static ServiceException functionExists(String name) {
        return new ServiceException("ResourceConflictException", CONFLICT, "Function already exist: " + name, USER);
    }

    static ServiceException updateInProgress(String arn) {
        return conflict(
                "The operation cannot be performed at this time. An update is in progress for resource: " + arn);
    }

    /// Quoted in <https://github.com/remotion-dev/remotion/issues/1186>.
    static ServiceException wrongState(String state) {
        return conflict("The operation cannot be performed at this time. The function is currently in the following"
                + " state: " + state);
    }

    static ServiceException conflict(String message) {
        return new ServiceException("ResourceConflictException", CONFLICT, message, USER);
    }

    /// What AddPermission says since 2025 (recorded).
    static ServiceException policyRevisionMismatch() {
        return new ServiceException(
                "PreconditionFailedException",
                PRECONDITION_FAILED,
                "The Revision Id provided does not match the latest Revision Id."
                        + " Call the GetPolicy API to retrieve the latest Revision Id",
                USER);
    }

    static ServiceException revisionMismatch() {
        return new ServiceException(
                "PreconditionFailedException",
                PRECONDITION_FAILED,
                "The Revision Id provided does not match the latest Revision Id."
                        + " Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
                USER);
    }

    /// `$LATEST` goes with its function only.
    public static ServiceException latestIsNotDeletable() {
        return invalidParameter("$LATEST version cannot be deleted without deleting the function.");
    }

    /// DeleteFunction with an alias for a qualifier.
    public static ServiceException aliasIsNotDeletable() {
        return invalidParameter("Deletion of aliases is not currently supported.");
    }

    /// Concurrency is a function's, not a version's. The sentence is known, but was not recorded.
    public static ServiceException functionOnly() {
        return invalidParameter("This operation is permitted on Lambda functions only. Aliases and versions do not"
                + " support this operation. Please specify either a function name or an unqualified function ARN.");
    }

    /// Recorded, without a `Type`.
    static ServiceException tooMuchReserved(int leastUnreserved) {
        return new ServiceException(
                "InvalidParameterValueException",
                BAD_REQUEST,
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution"
                        + " below its minimum value of [" + leastUnreserved + "].");
    }

    /// The other kinds of resources that can have tags; AWS was recorded saying so of mappings and capacity providers.
    ///
    /// @param kind `Event source mapping`, …
    public static ServiceException taggedNotFound(String kind, String arn) {
        return new ServiceException("ResourceNotFoundException", NOT_FOUND, kind + " not found: " + arn, USER);
    }

    /// Tags are a function's, not a version's.
    public static ServiceException functionTagsOnly() {
        return invalidParameter(
                "Tags on function aliases and versions are not supported. Please specify a function ARN.");
    }

    /// TagResource without a tag.
    public static ServiceException noTags() {
        return invalidParameter("An error occurred and the request cannot be processed.");
    }

    /// LocalStack holds this sentence against AWS (its `test_tag_limits`); the recording is not at hand.
    static ServiceException tooManyTags() {
        return invalidParameter("Number of tags exceeds resource tag limit.");
    }

    /// A request about a code signing config itself. Recorded, without a `Type`.
    static ServiceException codeSigningConfigNotFound(String arn) {
        return new ServiceException(
                "ResourceNotFoundException",
                NOT_FOUND,
                "The Lambda code signing configuration " + arn + " can not be found.");
    }

    /// A request about a function that is to have it.
    static ServiceException codeSigningConfigGone(String arn) {
        return new ServiceException(
                "CodeSigningConfigNotFoundException",
                NOT_FOUND,
                "The code signing configuration cannot be found. Check that the provided configuration is not deleted: "
                        + arn + ".",
                USER);
    }

    /// AWS's code, by its reference of DeleteCodeSigningConfig; its sentence was not found.
    static ServiceException codeSigningConfigInUse(String arn) {
        return conflict("The code signing configuration " + arn + " is used by functions and can not be deleted.");
    }

    /// Quoted in <https://github.com/aws/aws-cdk/issues/29474>.
    ///
    /// @param function its name
    static ServiceException codeNotSigned(String function) {
        return new ServiceException(
                "CodeVerificationFailedException",
                BAD_REQUEST,
                "Lambda cannot deploy the function. The function or layer might be signed using a signature that the"
                        + " client is not configured to accept. Check the provided signature for " + function + ".",
                USER);
    }

    /// Quoted in <https://github.com/aws/aws-cdk/pull/28045>.
    static ServiceException levelsOfText() {
        return invalidParameter("LogLevel is not supported when LogFormat is set to \"Text\". Remove LogLevel from your"
                + " request or change the LogFormat to \"Json\" and try again.");
    }

    /// AWS requires it, too; its sentence was not found.
    static ServiceException runtimeVersionMissing() {
        return invalidParameter("RuntimeVersionArn is required when UpdateRuntimeOn is Manual.");
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_PutRuntimeManagementConfig.html>; AWS's sentence was not
    /// found.
    static ServiceException runtimeVersionUnwanted(String updateOn) {
        return invalidParameter("RuntimeVersionArn goes with UpdateRuntimeOn Manual only, not with " + updateOn + ".");
    }

    /// A release that the function cannot stay at; the sentence is Boda's.
    static ServiceException runtimeVersionUnknown(String arn, String here) {
        return invalidParameter(
                "The runtime version " + arn + " is not available; the function's runtime has " + here + " here.");
    }

    static ServiceException unknownRuntime(String id, Collection<String> accepted) {
        return invalidParameter("Value " + id + " at 'runtime' failed to satisfy constraint: Member must satisfy enum"
                + " value set: [" + String.join(", ", accepted) + "] or be a valid ARN");
    }

    /// Quoted in <https://github.com/perfectsense/gyro/issues/415>; until 2024 AWS named the new runtime here.
    static ServiceException retiredRuntime(String id) {
        return invalidParameter("The runtime parameter of " + id + " is no longer supported for creating or updating"
                + " AWS Lambda functions. We recommend you use a supported runtime while creating or updating"
                + " functions.");
    }

    /// Quoted in <https://github.com/pipe-cd/pipecd/issues/1400>.
    static ServiceException runtimeOrHandlerMissing() {
        return invalidParameter(
                "Runtime and Handler are mandatory parameters for functions created with deployment packages.");
    }

    static ServiceException reservedVariables(Collection<String> names) {
        return invalidParameter("Lambda was unable to configure your environment variables because the environment"
                + " variables you have provided contains reserved keys that are currently not supported for"
                + " modification. Reserved keys used in this request: " + String.join(", ", names));
    }

    /// @param measured the variables as JSON
    static ServiceException variablesTooLarge(String measured) {
        return invalidParameter("Lambda was unable to configure your environment variables because the environment"
                + " variables you have provided exceeded the 4KB limit. String measured: " + measured);
    }

    /// The request has no code at all.
    public static ServiceException codeMissing() {
        return invalidParameter("Please provide a source for function code.");
    }

    /// The zip holds no file. Quoted in <https://github.com/aws-samples/aws-stepfunctions-examples/issues/31>.
    public static ServiceException emptyZip() {
        return invalidParameter("Uploaded file must be a non-empty zip");
    }

    /// What was uploaded is not a zip, or one that cannot be unpacked.
    public static ServiceException unreadableZip() {
        return invalidParameter("Could not unzip uploaded file. Please check your file, then try to upload again.");
    }

    public static ServiceException unzippedTooLarge(long limitBytes) {
        return invalidParameter("Unzipped size must be smaller than " + limitBytes + " bytes");
    }

    /// The account has no room for more code in this region.
    /// Quoted in <https://github.com/serverless-nextjs/serverless-next.js/issues/1801>.
    static ServiceException codeStorageExceeded() {
        return new ServiceException("CodeStorageExceededException", BAD_REQUEST, "Code storage limit exceeded.", USER);
    }

    public static ServiceException zippedTooLarge(long limitBytes) {
        return tooLarge("Zipped size must be smaller than " + limitBytes + " bytes");
    }

    /// Quoted in <https://github.com/pelmers/streetwarp-web/issues/14>.
    public static ServiceException payloadTooLarge(long limitBytes) {
        return tooLarge("Request must be smaller than " + limitBytes + " bytes for the InvokeFunction operation");
    }

    /// The sentence of the time when the limit was 262,144 bytes, as users report it.
    public static ServiceException eventTooLarge(long bytes, long limitBytes) {
        return tooLarge(
                bytes + " byte payload is too large for the Event invocation type (limit " + limitBytes + " bytes)");
    }

    private static ServiceException tooLarge(String message) {
        return new ServiceException("RequestEntityTooLargeException", TOO_LARGE, message);
    }

    /// @param reason what the JSON parser found
    public static ServiceException payloadIsNotJson(String reason) {
        return new ServiceException(
                "InvalidRequestContentException",
                BAD_REQUEST,
                "Could not parse request body into json: Could not parse payload into json: " + reason,
                USER);
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>, `X-Amz-Client-Context`
    public static ServiceException clientContextIsNotJson() {
        return new ServiceException(
                "InvalidRequestContentException",
                BAD_REQUEST,
                "Client context must be a valid Base64-encoded JSON object.",
                USER);
    }

    /// There is no slot now. `Retry-After` stands in AWS's model; where a function's own reservation is the reason, AWS
    /// was recorded without it.
    ///
    /// @param reason `ReservedFunctionConcurrentInvocationLimitExceeded`, …
    /// @param why    which limit of the machine it was; empty for one of AWS's
    /// @param cause  says it for the server's log
    public static ServiceException throttled(String reason, Optional<String> why, Throwable cause) {
        var members = new LinkedHashMap<String, Object>();
        members.put("retryAfterSeconds", RETRY_AFTER_SECONDS);
        members.put("Reason", reason);
        members.put("Type", "User");
        var sentence = "Rate Exceeded." + why.map(text -> " " + text).orElse("");
        return new ServiceException("TooManyRequestsException", THROTTLED, sentence, members, cause);
    }

    /// A function that was invoked too often because of one event. The sentence is that of AWS's model; the one that
    /// AWS sends was not found.
    static ServiceException recursiveInvocation() {
        return new ServiceException(
                "RecursiveInvocationException",
                BAD_REQUEST,
                "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services"
                        + " resources and stopped your function's invocation.",
                USER);
    }

    /// Lambda could not do its own part; the caller may try again.
    public static ServiceException service(String message) {
        return new ServiceException("ServiceException", INTERNAL, message, Map.of("Type", "Service"));
    }

    /// There is no execution environment and none can be started.
    public static ServiceException unavailable(@Nullable String why) {
        return service(why == null ? "No execution environment can be started." : why);
    }

    /// What lasts cannot be written or read now.
    public static ServiceException storeUnavailable(StoreUnavailableException cause) {
        return service(String.valueOf(cause.getMessage()));
    }

    /// Something of AWS's that Boda does not do.
    ///
    /// @param what `VpcConfig`, `InvocationType Event`
    public static ServiceException notSupported(String what) {
        return invalidParameter("Boda does not support " + what + " yet; see docs/parity.md");
    }
}
