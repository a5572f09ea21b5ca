package dev.boda.aws;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A caller's wish to do an action with a resource, as [AccessGate] is asked about it.
///
/// @param action     `lambda:InvokeFunction`
/// @param resource   an ARN, or `*`
/// @param conditions the condition keys that the operation's input decides; put together only when asked for
public record AskedAccess(
        ApiCall call, String action, String resource, Supplier<Map<String, List<String>>> conditions) {}
