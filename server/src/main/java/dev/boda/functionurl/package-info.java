/// Function URLs: plain HTTP for whoever has the address of a function, HTTP ⇄ payload format 2.0.
///
/// ```
/// Host ID.lambda-url.REGION.SUFFIX ─▶ UrlAddresses ─▶ FunctionUrlDoor ─┬─▶ CorsAnswers: a preflight is answered here
///      or /_boda/url/ID/…                                              ├─▶ UrlAccess: the policy, or a signature
///                                                                      ├─▶ EventPayload: the request as an event
///    BUFFERED         WholeAnswer    ─▶ FunctionAnswer ─┐              ▼
///    RESPONSE_STREAM  StreamedAnswer ─▶ AnswerPrelude  ─┴──────── UrlInvocations ─▶ the engine's invocation path
/// ```
///
/// [FunctionUrlDoor] is the entry. Its requests are exempt from what keeps web pages away from AWS's APIs: a
/// URL's own CORS rules and its AuthType decide. Events, answers and CORS are pure functions of what was sent
/// and configured.
///
/// Always true: nothing runs before access was asked; a request is answered once, with its invocation's id; a
/// streamed answer that is not whole does not look whole; what is answered under `/_boda/url/` is sandboxed,
/// since it would be of the origin of AWS's APIs.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>
@NullMarked
package dev.boda.functionurl;

import org.jspecify.annotations.NullMarked;
