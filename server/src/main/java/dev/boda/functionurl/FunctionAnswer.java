package dev.boda.functionurl;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a function answers at once, as HTTP. JSON with a `statusCode` is format 2.0; any other is the body itself: a
/// text without its quotes (AWS's page shows them), everything else without the white space around its tokens, as
/// LocalStack recorded on AWS on 24 November 2025: `hello`, `["hello",3,true]` (`test_lambda_url_invocation[string]`
/// and `[list-mixed]`).
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload>
final class FunctionAnswer {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int OK = 200;
    private static final String JSON_TYPE = "application/json";
    private static final byte[] NOTHING = {};

    private FunctionAnswer() {}

    /// @param contentType as the runtime says it
    static UrlAnswer of(String contentType, byte[] answer) throws MalformedAnswerException {
        return AnswerPrelude.begins(contentType) ? ofPrelude(answer) : ofJson(answer);
    }

    private static UrlAnswer ofPrelude(byte[] answer) throws MalformedAnswerException {
        if (answer.length == 0) {
            return new UrlAnswer(OK, HttpHeaders.builder().add("Content-Type", AnswerPrelude.OTHERWISE), NOTHING);
        }
        var read = new AnswerPrelude()
                .take(answer, 0, answer.length)
                .orElseThrow(() -> new MalformedAnswerException("The answer ends within its prelude"));
        return new UrlAnswer(read.head().status(), read.head().headers(), read.rest());
    }

    private static UrlAnswer ofJson(byte[] answer) throws MalformedAnswerException {
        if (answer.length == 0) {
            return inferred(NOTHING);
        }
        var parsed = parse(answer);
        if (parsed.isObject() && AnswerHead.isGiven(parsed.path("statusCode"))) {
            var head = AnswerHead.of(parsed, OK).typedOr(JSON_TYPE);
            return new UrlAnswer(head.status(), head.headers(), body(parsed));
        }
        return inferred(parsed.isString() ? parsed.asString().getBytes(UTF_8) : compact(answer));
    }

    private static UrlAnswer inferred(byte[] body) {
        return new UrlAnswer(OK, HttpHeaders.builder().add("Content-Type", JSON_TYPE), body);
    }

    private static JsonNode parse(byte[] answer) throws MalformedAnswerException {
        try {
            return JSON.readTree(answer);
        } catch (JacksonException notJson) {
            throw new MalformedAnswerException("The answer is no JSON: " + notJson.getOriginalMessage());
        }
    }

    private static byte[] body(JsonNode answer) throws MalformedAnswerException {
        var body = answer.path("body");
        if (!AnswerHead.isGiven(body)) {
            return NOTHING;
        }
        if (!body.isString()) {
            return body.toString().getBytes(UTF_8);
        }
        return isBase64(answer.path("isBase64Encoded"))
                ? decoded(body.asString())
                : body.asString().getBytes(UTF_8);
    }

    private static boolean isBase64(JsonNode flag) throws MalformedAnswerException {
        if (AnswerHead.isGiven(flag) && !flag.isBoolean()) {
            throw new MalformedAnswerException("isBase64Encoded is " + flag + ", not true or false");
        }
        return flag.asBoolean(false);
    }

    private static byte[] decoded(String base64) throws MalformedAnswerException {
        try {
            return Base64.getMimeDecoder().decode(requireBase64(base64));
        } catch (IllegalArgumentException invalid) {
            throw new MalformedAnswerException("The body is no base64: " + invalid.getMessage());
        }
    }

    /// The decoder that takes line ends, as some encoders write them, would take anything else for one, too.
    private static String requireBase64(String text) throws MalformedAnswerException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean known = (c >= 'A' && c <= 'Z')
                    || (c >= 'a' && c <= 'z')
                    || (c >= '0' && c <= '9')
                    || "+/=\r\n".indexOf(c) >= 0;
            if (!known) {
                throw new MalformedAnswerException("The body is no base64: it holds the character " + (int) c);
            }
        }
        return text;
    }

    /// JSON without white space between its tokens; its numbers and texts stay as they were written.
    private static byte[] compact(byte[] json) {
        var kept = new ByteArrayOutputStream(json.length);
        boolean quoted = false;
        boolean escaped = false;
        for (byte next : json) {
            if (quoted) {
                quoted = escaped || next != '"';
                escaped = !escaped && next == '\\';
                kept.write(next);
            } else if (next > ' ' || next < 0) {
                quoted = next == '"';
                kept.write(next);
            }
        }
        return kept.toByteArray();
    }
}
