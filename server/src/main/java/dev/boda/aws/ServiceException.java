package dev.boda.aws;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request that we refuse: AWS's code, status and sentence. Made by named factories, one file a service.
public final class ServiceException extends RuntimeException {

    private final String code;
    private final int status;
    private final transient Map<String, Object> members;

    /// @param code    the error shape's name, `ResourceNotFoundException`
    /// @param members the error's further members in the order to be sent, `Type` → `User`
    public ServiceException(String code, int status, String message, Map<String, Object> members) {
        this(code, status, message, members, null);
    }

    /// @param cause what the client is not told, and the server's log is
    public ServiceException(
            String code, int status, String message, Map<String, Object> members, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.code = code;
        this.status = status;
        this.members = members;
    }

    public ServiceException(String code, int status, String message) {
        this(code, status, message, Map.of());
    }

    public String code() {
        return code;
    }

    public int status() {
        return status;
    }

    /// AWS's sentence; empty if AWS says none.
    public String sentence() {
        var message = getMessage();
        return message == null ? "" : message;
    }

    /// By the names of the error's model; a member that the model puts in a header goes there.
    public Map<String, Object> members() {
        return members;
    }
}
