package dev.boda.function;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// How the tags of a resource change. <https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html>
public final class Tags {

    /// Most that a resource may have.
    static final int MOST = 50;

    private Tags() {}

    /// `now` with `more`, which replace those of the same keys. Refuses too many.
    public static Map<String, String> with(Map<String, String> now, Map<String, String> more) {
        var tags = new TreeMap<>(now);
        tags.putAll(more);
        if (tags.size() > MOST) {
            throw LambdaErrors.tooManyTags();
        }
        return Collections.unmodifiableMap(tags);
    }

    /// `now` without those of `keys`, which need not be there.
    public static Map<String, String> without(Map<String, String> now, Collection<String> keys) {
        var tags = new TreeMap<>(now);
        tags.keySet().removeAll(keys);
        return Collections.unmodifiableMap(tags);
    }
}
