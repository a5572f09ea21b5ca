package dev.boda.aws.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The path and the literal query of an operation: `/2015-03-31/functions/{FunctionName}/code`,
/// `/2018-10-31/layers?find=LayerVersion`.
///
/// @param query literals that the query string must hold
public record UriTemplate(List<Segment> segments, Map<String, String> query) {

    /// Between two slashes: a literal, or a label that takes one segment (greedy: one or more).
    public record Segment(String text, boolean label, boolean greedy) {}

    public static UriTemplate parse(String uri) {
        int question = uri.indexOf('?');
        var path = question < 0 ? uri : uri.substring(0, question);
        var query = new LinkedHashMap<String, String>();
        if (question >= 0) {
            for (var literal : uri.substring(question + 1).split("&", -1)) {
                int equals = literal.indexOf('=');
                query.put(
                        equals < 0 ? literal : literal.substring(0, equals),
                        equals < 0 ? "" : literal.substring(equals + 1));
            }
        }
        return new UriTemplate(split(path).stream().map(UriTemplate::segment).toList(), Map.copyOf(query));
    }

    /// A path's segments. A slash at the end counts for nothing: older SDKs send one.
    public static List<String> split(String path) {
        var segments = new ArrayList<String>(8);
        int start = path.startsWith("/") ? 1 : 0;
        while (start < path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            segments.add(path.substring(start, end));
            start = end + 1;
        }
        return segments;
    }

    /// The labels' values as sent, still percent-encoded, if `path` has this form.
    public Optional<Map<String, String>> match(List<String> path) {
        @Nullable Map<String, String> labels = null;
        int at = 0;
        for (int i = 0; i < segments.size(); i++) {
            var segment = segments.get(i);
            if (at >= path.size()) {
                return Optional.empty();
            }
            if (!segment.label) {
                if (!segment.text.equals(path.get(at))) {
                    return Optional.empty();
                }
                at++;
                continue;
            }
            int taken = segment.greedy ? path.size() - at - (segments.size() - i - 1) : 1;
            if (taken < 1) {
                return Optional.empty();
            }
            labels = labels == null ? new LinkedHashMap<>() : labels;
            labels.put(segment.text, String.join("/", path.subList(at, at + taken)));
            at += taken;
        }
        if (at != path.size()) {
            return Optional.empty();
        }
        return Optional.of(labels == null ? Map.of() : labels);
    }

    private static Segment segment(String text) {
        if (!text.startsWith("{")) {
            return new Segment(text, false, false);
        }
        boolean greedy = text.endsWith("+}");
        return new Segment(text.substring(1, text.length() - (greedy ? 2 : 1)), true, greedy);
    }
}
