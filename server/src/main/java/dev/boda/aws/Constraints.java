package dev.boda.aws;

import dev.boda.aws.model.Range;
import dev.boda.aws.model.ServiceModel;
import dev.boda.aws.model.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;

/// Holds an input against its model's constraints, in AWS's sentences: "1 validation error detected: Value 'x' at
/// 'functionName' failed to satisfy constraint: Member must …". AWS joins several in no fixed order; here it is the
/// model's.
final class Constraints {

    private static final int BAD_REQUEST = 400;
    private static final String NOT_NULL = "Member must not be null";

    private final ServiceModel model;
    private final SdkMembers members;

    Constraints(ServiceModel model, SdkMembers members) {
        this.model = model;
        this.members = members;
    }

    /// Refuses `input` if it violates a constraint.
    void check(Shape.Structure shape, SdkPojo input) {
        var violations = new ArrayList<String>(0);
        checkStructure(shape, input, "", violations);
        if (!violations.isEmpty()) {
            throw new ServiceException(
                    model.validationCode(),
                    BAD_REQUEST,
                    violations.size() + " validation error" + (violations.size() == 1 ? "" : "s") + " detected: "
                            + String.join("; ", violations));
        }
    }

    private void checkStructure(Shape.Structure shape, SdkPojo pojo, String prefix, List<String> violations) {
        for (var member : shape.members().values()) {
            var value = members.value(pojo, member.name());
            if (value != null) {
                checkValue(model.shape(member.shape()), value, prefix + path(member.name()), violations);
            } else if (member.required()) {
                violations.add("Value null at '" + prefix + path(member.name()) + "' failed to satisfy constraint: "
                        + NOT_NULL);
            }
        }
    }

    private void checkValue(Shape shape, Object value, String path, List<String> violations) {
        switch (shape) {
            case Shape.Structure structure -> checkStructure(structure, (SdkPojo) value, path + ".", violations);
            case Shape.Sequence sequence -> checkSequence(sequence, (List<?>) value, path, violations);
            case Shape.Mapping mapping -> checkMapping(mapping, (Map<?, ?>) value, path, violations);
            case Shape.Text _, Shape.Numeric _, Shape.Blob _, Shape.Bool _, Shape.Timestamp _, Shape.Document _ -> {
                for (var sentence : violated(shape, value)) {
                    violations.add(violation(shape, value, path, sentence));
                }
            }
        }
    }

    private void checkSequence(Shape.Sequence shape, List<?> values, String path, List<String> violations) {
        for (var sentence : length(shape.length(), values.size(), true)) {
            violations.add(violation(shape, values, path, sentence));
        }
        if (shape.unique() && new HashSet<>(values).size() < values.size()) {
            violations.add(violation(shape, values, path, "Member must have unique values"));
        }
        var element = model.shape(shape.element());
        if (isScalar(element)) {
            if (anyViolates(element, values, shape.sparse())) {
                var all = sentences(element, shape.elementNotNull() || values.contains(null));
                violations.add(violation(shape, values, path, "Member must satisfy constraint: " + all));
            }
            return;
        }
        int index = 0;
        for (var value : values) {
            index++;
            checkElement(element, value, shape.sparse(), path + "." + index + ".member", violations);
        }
    }

    private void checkElement(
            Shape shape, @Nullable Object value, boolean sparse, String path, List<String> violations) {
        if (value != null) {
            checkValue(shape, value, path, violations);
        } else if (!sparse) {
            violations.add("Value null at '" + path + "' failed to satisfy constraint: " + NOT_NULL);
        }
    }

    private void checkMapping(Shape.Mapping shape, Map<?, ?> values, String path, List<String> violations) {
        for (var sentence : length(shape.length(), values.size(), true)) {
            violations.add(violation(shape, values, path, sentence));
        }
        var key = model.shape(shape.key());
        if (anyViolates(key, values.keySet(), false)) {
            var all = sentences(key, shape.keyNotNull());
            violations.add(violation(shape, values, path, "Map keys must satisfy constraint: " + all));
        }
        var element = model.shape(shape.value());
        if (isScalar(element)) {
            if (anyViolates(element, values.values(), shape.sparse())) {
                var all = sentences(element, shape.valueNotNull() || values.containsValue(null));
                violations.add(violation(shape, values, path, "Map value must satisfy constraint: " + all));
            }
            return;
        }
        values.forEach((name, value) ->
                checkElement(element, value, shape.sparse(), path + "." + name + ".member", violations));
    }

    private static boolean isScalar(Shape shape) {
        return switch (shape) {
            case Shape.Structure _, Shape.Sequence _, Shape.Mapping _, Shape.Document _ -> false;
            case Shape.Text _, Shape.Numeric _, Shape.Blob _, Shape.Bool _, Shape.Timestamp _ -> true;
        };
    }

    private static boolean anyViolates(Shape shape, Collection<?> values, boolean sparse) {
        for (var value : values) {
            if (value == null ? !sparse : !violated(shape, value).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /// All constraints of `shape`, as AWS lists them for the elements of a list or a map.
    private static List<String> sentences(Shape shape, boolean notNull) {
        var all = new ArrayList<String>();
        switch (shape) {
            case Shape.Text text -> {
                all.addAll(length(text.length(), -1, false));
                if (text.pattern() != null) {
                    all.add(pattern(text));
                }
                if (!text.values().isEmpty()) {
                    all.add(enumeration(text));
                }
            }
            case Shape.Numeric numeric -> all.addAll(range(numeric, Double.NaN));
            case Shape.Blob blob -> all.addAll(length(blob.length(), -1, false));
            case Shape.Bool _,
                    Shape.Timestamp _,
                    Shape.Document _,
                    Shape.Structure _,
                    Shape.Sequence _,
                    Shape.Mapping _ -> {}
        }
        if (notNull) {
            all.add(NOT_NULL);
        }
        return all;
    }

    private static List<String> violated(Shape shape, Object value) {
        return switch (shape) {
            case Shape.Text text -> violated(text, (String) value);
            case Shape.Numeric numeric ->
                numeric.range().isAny() ? List.of() : range(numeric, ((Number) value).doubleValue());
            case Shape.Blob blob ->
                blob.length().isAny()
                        ? List.of()
                        : length(blob.length(), ((SdkBytes) value).asByteArrayUnsafe().length, true);
            case Shape.Bool _,
                    Shape.Timestamp _,
                    Shape.Document _,
                    Shape.Structure _,
                    Shape.Sequence _,
                    Shape.Mapping _ -> List.of();
        };
    }

    private static List<String> violated(Shape.Text shape, String value) {
        @Nullable List<String> found = null;
        if (!shape.length().isAny()) {
            var length = length(shape.length(), value.codePointCount(0, value.length()), true);
            found = length.isEmpty() ? null : new ArrayList<>(length);
        }
        if (shape.pattern() != null && !shape.pattern().matcher(value).matches()) {
            found = found == null ? new ArrayList<>(1) : found;
            found.add(pattern(shape));
        }
        if (!shape.values().isEmpty() && !shape.values().contains(value)) {
            found = found == null ? new ArrayList<>(1) : found;
            found.add(enumeration(shape));
        }
        return found == null ? List.of() : found;
    }

    /// The sentences of a length's ends that `length` is beyond; of both if `violatedOnly` is false.
    private static List<String> length(Range range, int length, boolean violatedOnly) {
        if (range.isAny() || (violatedOnly && length >= range.min() && length <= range.max())) {
            return List.of();
        }
        var found = new ArrayList<String>(2);
        if (range.hasMax() && (!violatedOnly || length > range.max())) {
            found.add("Member must have length less than or equal to " + (long) range.max());
        }
        if (range.hasMin() && (!violatedOnly || length < range.min())) {
            found.add("Member must have length greater than or equal to " + (long) range.min());
        }
        return found;
    }

    /// The sentences of a range's ends that `value` is beyond; of both if it is no number.
    private static List<String> range(Shape.Numeric shape, double value) {
        var found = new ArrayList<String>(2);
        if (shape.range().hasMax() && !(value <= shape.range().max())) {
            found.add("Member must have value less than or equal to "
                    + end(shape, shape.range().max()));
        }
        if (shape.range().hasMin() && !(value >= shape.range().min())) {
            found.add("Member must have value greater than or equal to "
                    + end(shape, shape.range().min()));
        }
        return found;
    }

    private static String end(Shape.Numeric shape, double end) {
        return switch (shape.kind()) {
            case BYTE, SHORT, INTEGER, LONG -> Long.toString((long) end);
            case FLOAT, DOUBLE -> Double.toString(end);
        };
    }

    private static String pattern(Shape.Text shape) {
        return "Member must satisfy regular expression pattern: " + shape.pattern();
    }

    private static String enumeration(Shape.Text shape) {
        return "Member must satisfy enum value set: " + shape.values();
    }

    /// A value that is sensitive is not repeated.
    private String violation(Shape shape, Object value, String path, String sentence) {
        var shown = isSensitive(shape) ? "" : "'" + shown(value) + "' ";
        return "Value " + shown + "at '" + path + "' failed to satisfy constraint: " + sentence;
    }

    private boolean isSensitive(Shape shape) {
        return shape.sensitive()
                || switch (shape) {
                    case Shape.Sequence sequence ->
                        model.shape(sequence.element()).sensitive();
                    case Shape.Mapping mapping ->
                        model.shape(mapping.key()).sensitive()
                                || model.shape(mapping.value()).sensitive();
                    case Shape.Structure _,
                            Shape.Text _,
                            Shape.Numeric _,
                            Shape.Blob _,
                            Shape.Bool _,
                            Shape.Timestamp _,
                            Shape.Document _ -> false;
                };
    }

    private static String shown(Object value) {
        if (value instanceof SdkBytes bytes) {
            int length = bytes.asByteArrayUnsafe().length;
            return "java.nio.HeapByteBuffer[pos=0 lim=" + length + " cap=" + length + "]";
        }
        return value.toString();
    }

    /// `FunctionName` is 'functionName' in AWS's sentences, and `KMSKeyArn` is 'kMSKeyArn'.
    private static String path(String member) {
        return member.substring(0, 1).toLowerCase(Locale.ROOT) + member.substring(1);
    }
}
