package dev.boda.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Header fields in their order, found by name without regard to case. Immutable. Each character of a value stands
/// for one byte on the wire (ISO 8859-1), in both directions.
public final class HttpHeaders {

    public static final HttpHeaders EMPTY = new HttpHeaders(new String[0]);

    /// Names at even places, values at odd ones: one object a request instead of one a field.
    private final String[] fields;

    private HttpHeaders(String[] fields) {
        this.fields = fields;
    }

    /// Headers from alternating names and values.
    public static HttpHeaders of(String... namesAndValues) {
        var builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /// The first value of that name.
    public Optional<String> first(String name) {
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                return Optional.of(fields[i + 1]);
            }
        }
        return Optional.empty();
    }

    /// All values of that name, in order.
    public List<String> all(String name) {
        var values = new ArrayList<String>();
        forEach((field, value) -> {
            if (field.equalsIgnoreCase(name)) {
                values.add(value);
            }
        });
        return values;
    }

    /// Whether a field of that name is there.
    public boolean contains(String name) {
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < fields.length; i += 2) {
            action.accept(fields[i], fields[i + 1]);
        }
    }

    @Override
    public String toString() {
        return Arrays.toString(fields);
    }

    /// Collects header fields.
    public static final class Builder {

        private String[] fields = new String[16];
        private int length;

        private Builder() {}

        /// Adds a field. Refuses names and values that would break out of the header (line ends, controls).
        public Builder add(String name, String value) {
            requireName(name);
            requireValue(value);
            return addReceived(name, value);
        }

        /// Adds a field that came from the wire, where the decoder has checked it.
        Builder addReceived(String name, String value) {
            if (length == fields.length) {
                fields = Arrays.copyOf(fields, 2 * length);
            }
            fields[length++] = name;
            fields[length++] = value;
            return this;
        }

        public HttpHeaders build() {
            return length == 0 ? EMPTY : new HttpHeaders(Arrays.copyOf(fields, length));
        }

        private static void requireName(String name) {
            boolean token = !name.isEmpty();
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                token &= c > ' ' && c < 0x7f && c != ':';
            }
            if (!token) {
                throw new IllegalArgumentException("Not the name of a header field: " + name);
            }
        }

        private static void requireValue(String value) {
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                    throw new IllegalArgumentException("A header field cannot hold the character " + (int) c);
                }
            }
        }
    }
}
