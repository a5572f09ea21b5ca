package dev.boda.aws.model;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A type of the model, with its constraints.
public sealed interface Shape {

    String name();

    /// Whether values of it are left out of sentences and logs.
    boolean sensitive();

    /// @param members     by their names, in the model's order
    /// @param body        those that stand in the body, by their names on the wire
    /// @param payload     the name of the member that is the whole body
    /// @param union       whether exactly one member is set
    /// @param errorStatus the HTTP status if it is an error; 0 if the model does not say
    /// @param queryError  the error's code and its side, as clients of awsQuery know it: `QueueDoesNotExist;Sender`
    record Structure(
            String name,
            boolean sensitive,
            Map<String, Member> members,
            Map<String, Member> body,
            @Nullable String payload,
            boolean union,
            boolean error,
            int errorStatus,
            @Nullable String queryError)
            implements Shape {}

    /// @param unique         whether no two elements may be the same
    /// @param sparse         whether an element may be null
    /// @param elementNotNull whether AWS says "Member must not be null" among the constraints of an element
    record Sequence(
            String name,
            boolean sensitive,
            String element,
            Range length,
            boolean unique,
            boolean sparse,
            boolean elementNotNull)
            implements Shape {}

    record Mapping(
            String name,
            boolean sensitive,
            String key,
            String value,
            Range length,
            boolean sparse,
            boolean keyNotNull,
            boolean valueNotNull)
            implements Shape {}

    /// @param values the members of an enumeration; empty for any text
    record Text(
            String name,
            boolean sensitive,
            Range length,
            @Nullable Pattern pattern,
            List<String> values) implements Shape {}

    record Numeric(String name, boolean sensitive, Kind kind, Range range) implements Shape {}

    record Bool(String name, boolean sensitive) implements Shape {}

    record Timestamp(
            String name, boolean sensitive, @Nullable TimestampFormat format) implements Shape {}

    record Blob(String name, boolean sensitive, Range length) implements Shape {}

    /// Any JSON value.
    record Document(String name, boolean sensitive) implements Shape {}

    /// The kinds of numbers.
    enum Kind {
        BYTE("a Byte"),
        SHORT("a Short"),
        INTEGER("an Integer"),
        LONG("a Long"),
        FLOAT("a Float"),
        DOUBLE("a Double");

        private final String article;

        Kind(String article) {
            this.article = article;
        }

        /// Whether it has no fraction.
        public boolean isWhole() {
            return this != FLOAT && this != DOUBLE;
        }

        /// As AWS's sentences call it, article included.
        public String article() {
            return article;
        }
    }
}
