package dev.boda.aws.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operation as the model describes it.
///
/// @param successCode the status of its answer, unless a member of the output says another
/// @param input       the name of its input's structure
/// @param output      the name of its output's structure
/// @param errors      the names of the errors it may answer
/// @param contentType of an answer that is one blob, where it is not `application/octet-stream`
/// @param access      the permissions that a call needs, its own first
public record OperationModel(
        String name,
        String method,
        UriTemplate uri,
        int successCode,
        @Nullable String input,
        @Nullable String output,
        List<String> errors,
        @Nullable BodyLimit bodyLimit,
        @Nullable String contentType,
        List<AccessFact> access) {

    /// How long a request's body may be, and AWS's sentence for a longer one.
    public record BodyLimit(int bytes, String message) {}
}
