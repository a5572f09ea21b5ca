package dev.boda.functionurl;

import dev.boda.function.FunctionUrl;
import dev.boda.http.HttpExchange;
import java.time.Instant;
import java.util.Optional;

/// A request of a function URL on its way to the function.
///
/// @param path        still percent-encoded; without the prefix of the path form
/// @param domain      the host name of the URL, without a port
/// @param id          of the invocation; a UUID
/// @param traceHeader of the invocation: `Root=1-…;Parent=…;Sampled=0`
/// @param time        when it came
/// @param caller      who signed it, under AWS_IAM
record UrlRequest(
        FunctionUrl url,
        String path,
        String domain,
        HttpExchange exchange,
        String id,
        String traceHeader,
        Instant time,
        Optional<IamCaller> caller) {

    /// Who signed, as an event says it.
    ///
    /// @param callerId of an account's owner the account; of a session `ROLE:SESSION`: roles have no ids here
    /// @param arn      `arn:aws:sts::123456789012:assumed-role/basic/session`
    record IamCaller(String accessKey, String account, String callerId, String arn) {}
}
