package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.aws.model.Member;
import dev.boda.aws.model.ServiceModel;
import dev.boda.aws.model.Shape;
import dev.boda.aws.model.TimestampFormat;
import dev.boda.http.HttpHeaders;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/// Members that stand outside the body, as text: labels, query parameters and headers.
final class RestText {

    private final ServiceModel model;

    RestText(ServiceModel model) {
        this.model = model;
    }

    /// A label or a header.
    @Nullable
    Object one(Member member, Optional<String> text) {
        if (text.isEmpty()) {
            return null;
        }
        return model.shape(member.shape()) instanceof Shape.Sequence sequence
                ? values(sequence, member, HeaderList.split(text.get(), isHttpDate(sequence, member)))
                : value(model.shape(member.shape()), member, text.get());
    }

    /// The values of a query parameter; of a map, those of all parameters.
    @Nullable
    Object query(Member member, QueryString query) {
        if (!(model.shape(member.shape()) instanceof Shape.Mapping mapping)) {
            return many(member, query.all(member.wireName()));
        }
        boolean lists = model.shape(mapping.value()) instanceof Shape.Sequence;
        var found = new LinkedHashMap<String, Object>();
        for (var parameter : query.parameters()) {
            if (lists) {
                found.put(parameter.name(), query.all(parameter.name()));
            } else {
                found.putIfAbsent(parameter.name(), parameter.value());
            }
        }
        return found.isEmpty() ? null : found;
    }

    private @Nullable Object many(Member member, List<String> texts) {
        if (texts.isEmpty()) {
            return null;
        }
        return model.shape(member.shape()) instanceof Shape.Sequence sequence
                ? values(sequence, member, texts)
                : value(model.shape(member.shape()), member, texts.getFirst());
    }

    /// The headers that begin with `prefix`, by what follows.
    @Nullable
    Object prefixed(String prefix, HttpHeaders headers) {
        Map<String, String> found = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (name.toLowerCase(Locale.ROOT).startsWith(prefix.toLowerCase(Locale.ROOT))) {
                found.put(name.substring(prefix.length()), value);
            }
        });
        return found.isEmpty() ? null : found;
    }

    /// Adds the headers of an answer's member.
    void addHeaders(Member member, Object value, HttpHeaders.Builder headers) {
        switch (value) {
            case Map<?, ?> entries ->
                entries.forEach((name, each) -> headers.add(member.wireName() + name, each.toString()));
            case List<?> items ->
                headers.add(
                        member.wireName(),
                        String.join(
                                ", ",
                                items.stream().map(item -> item(member, item)).toList()));
            case Instant time -> headers.add(member.wireName(), Times.format(time, format(member)));
            case SdkBytes bytes ->
                headers.add(member.wireName(), Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe()));
            default -> headers.add(member.wireName(), value.toString());
        }
    }

    /// An item of a header that is a list: quoted if it would not be one item otherwise.
    private String item(Member member, Object item) {
        if (item instanceof Instant time) {
            return Times.format(time, format(member));
        }
        var text = item.toString();
        return text.indexOf(',') < 0 && text.indexOf('"') < 0
                ? text
                : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private boolean isHttpDate(Shape.Sequence shape, Member member) {
        return model.shape(shape.element()) instanceof Shape.Timestamp && format(member) == TimestampFormat.HTTP_DATE;
    }

    private List<Object> values(Shape.Sequence shape, Member member, List<String> texts) {
        var element = model.shape(shape.element());
        return texts.stream()
                .map(text -> value(element, member, member.location() == Member.Location.HEADER ? text.strip() : text))
                .toList();
    }

    private Object value(Shape shape, Member member, String text) {
        try {
            return switch (shape) {
                case Shape.Text _ -> text;
                case Shape.Numeric numeric ->
                    switch (numeric.kind()) {
                        case BYTE -> Byte.valueOf(text);
                        case SHORT -> Short.valueOf(text);
                        case INTEGER -> Integer.valueOf(text);
                        case LONG -> Long.valueOf(text);
                        case FLOAT -> Float.valueOf(text);
                        case DOUBLE -> Double.valueOf(text);
                    };
                case Shape.Bool _ -> bool(text);
                case Shape.Timestamp _ ->
                    Times.parse(text, format(member))
                            .orElseThrow(() -> Refusals.serialization(
                                    "STRING_VALUE can not be converted to milliseconds since epoch"));
                case Shape.Blob _ ->
                    SdkBytes.fromByteArrayUnsafe(Base64.getDecoder().decode(text.getBytes(UTF_8)));
                case Shape.Structure _, Shape.Sequence _, Shape.Mapping _, Shape.Document _ ->
                    throw new IllegalArgumentException(shape.name() + " cannot stand outside a body");
            };
        } catch (NumberFormatException e) {
            var article =
                    shape instanceof Shape.Numeric numeric ? numeric.kind().article() : "a number";
            throw Refusals.serialization("STRING_VALUE can not be converted to " + article);
        }
    }

    private static Boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Refusals.serialization("STRING_VALUE can not be converted to a Boolean");
        };
    }

    private TimestampFormat format(Member member) {
        if (member.timestamp() != null) {
            return member.timestamp();
        }
        var target = model.shape(member.shape());
        var element = target instanceof Shape.Sequence sequence ? model.shape(sequence.element()) : target;
        if (element instanceof Shape.Timestamp shape && shape.format() != null) {
            return shape.format();
        }
        return member.location() == Member.Location.HEADER ? TimestampFormat.HTTP_DATE : TimestampFormat.DATE_TIME;
    }
}
