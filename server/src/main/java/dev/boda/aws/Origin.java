package dev.boda.aws;

import java.util.List;
import java.util.Map;

/// Where a request comes from, as far as the socket tells at which it arrived: the caller cannot choose it.
///
/// @param name       for logs; empty where nothing is known
/// @param conditions the condition keys that every such request has
public record Origin(String name, Map<String, List<String>> conditions) {

    /// A socket that anybody may reach.
    public static final Origin UNKNOWN = new Origin("", Map.of());
}
