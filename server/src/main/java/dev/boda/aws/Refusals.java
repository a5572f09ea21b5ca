package dev.boda.aws;

import java.util.Map;

/// Errors that any AWS service may answer, before or beside those of its own.
public final class Refusals {

    static final String SERIALIZATION = "SerializationException";
    static final String ACCESS_DENIED = "AccessDeniedException";

    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;
    private static final int INTERNAL = 500;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int UNAVAILABLE = 503;

    private Refusals() {}

    /// What AWS has and Boda has not yet; `message` names it. The CLI, boto3 and most SDKs count only 500, 502, 503 and
    /// 504 as passing, and do not try a 501 again; the few that retry every 5xx (JavaScript's version 2) end within
    /// seconds.
    public static ServiceException notImplemented(String message) {
        return new ServiceException("NotImplemented", NOT_IMPLEMENTED, message);
    }

    /// `lambda:CreateAlias` is in the model, but not built.
    static ServiceException notImplemented(String service, String operation) {
        return notImplemented("Boda does not implement " + service + ":" + operation + " yet; see docs/parity.md");
    }

    /// No operation of any service is meant by the request.
    static ServiceException unknownOperation(int status, String message) {
        return new ServiceException("UnknownOperationException", status, message);
    }

    /// A caller may not do what the operation would do.
    ///
    /// @param status that of the protocol
    /// @param who    an ARN, or `anonymous`
    /// @param foreign whether the resource is another account's, so that its own policy would have to allow it
    static ServiceException accessDenied(int status, String who, String action, String resource, boolean foreign) {
        return new ServiceException(
                ACCESS_DENIED,
                status,
                "User: " + who + " is not authorized to perform: " + action + " on resource: " + resource
                        + " because no " + (foreign ? "resource" : "identity") + "-based policy allows the " + action
                        + " action");
    }

    /// The body or a member of it cannot be read as its type. An empty message is left out, as AWS does for a body
    /// that is no JSON.
    static ServiceException serialization(String message) {
        return new ServiceException(SERIALIZATION, BAD_REQUEST, message);
    }

    /// The body is longer than the operation takes.
    static ServiceException entityTooLarge(String message) {
        return new ServiceException("RequestEntityTooLargeException", TOO_LARGE, message);
    }

    /// Nothing is wrong with the request, but there are too many at once. All SDKs try it again.
    /// <https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html>
    static ServiceException busy(String why) {
        return new ServiceException("ServiceUnavailable", UNAVAILABLE, why + "; try again.");
    }

    /// We are broken. Lambda has an error of its own for that, others answer their framework's.
    static ServiceException internal(boolean modelled, String requestId) {
        var message = "An error occurred and the request cannot be processed. Request id: " + requestId;
        return modelled
                ? new ServiceException("ServiceException", INTERNAL, message, Map.of("Type", "Service"))
                : new ServiceException("InternalFailure", INTERNAL, message);
    }
}
