package dev.boda.aws.model;

import org.jspecify.annotations.Nullable;

/// A member of a structure.
///
/// @param name      the model's name, by which AWS's SDK classes know it too: `FunctionName`
/// @param wireName  its name in its location: a header, a query parameter, a label, a JSON key
/// @param shape     the name of its shape
/// @param timestamp how its time is written, if not as its location does by itself
/// @param otherwise its value where it is absent, as JSON; botocore's models have none
public record Member(
        String name,
        String wireName,
        String shape,
        Location location,
        boolean required,
        @Nullable TimestampFormat timestamp,
        @Nullable String otherwise) {

    /// Where in a request or an answer a member stands.
    public enum Location {
        BODY,
        URI,
        QUERY,
        HEADER,
        /// A map whose entries are headers with a common prefix.
        HEADERS,
        STATUS
    }
}
