package dev.boda.aws;

import java.util.Map;

/// Errors that any AWS service may answer, before or beside those of its own.
public final class Refusals {

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int TOO_LARGE = 413;
    private static final int INTERNAL = 500;
    private static final int NOT_IMPLEMENTED = 501;

    private Refusals() {}

    /// What AWS has and Boda has not yet; `message` names it. No SDK retries a 501.
    public static ServiceException notImplemented(String message) {
        return new ServiceException("NotImplemented", NOT_IMPLEMENTED, message);
    }

    /// `lambda:CreateAlias` is in the model, but not built.
    static ServiceException notImplemented(String service, String operation) {
        return notImplemented("Boda does not implement " + service + ":" + operation + " yet; see docs/parity.md");
    }

    /// No operation of any service is meant by the request.
    static ServiceException unknownOperation(String message) {
        return new ServiceException("UnknownOperationException", NOT_FOUND, message);
    }

    /// The body or a member of it cannot be read as its type.
    static ServiceException serialization(String message) {
        return new ServiceException("SerializationException", BAD_REQUEST, message);
    }

    /// The body is longer than the operation takes.
    static ServiceException entityTooLarge(String message) {
        return new ServiceException("RequestEntityTooLargeException", TOO_LARGE, message);
    }

    /// We are broken.
    static ServiceException internal(String requestId) {
        return new ServiceException(
                "ServiceException",
                INTERNAL,
                "An error occurred and the request cannot be processed. Request id " + requestId,
                Map.of("Type", "Service"));
    }
}
