package dev.boda.function;

import java.util.List;
import java.util.Optional;

/// Which web pages may call a function URL, and how: a `Cors` of AWS's API, whose members may each be absent.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html>
///
/// @param maxAge how long a browser may keep the answer to a preflight, in seconds
public record CorsRules(
        Optional<Boolean> allowCredentials,
        Optional<List<String>> allowHeaders,
        Optional<List<String>> allowMethods,
        Optional<List<String>> allowOrigins,
        Optional<List<String>> exposeHeaders,
        Optional<Integer> maxAge) {}
