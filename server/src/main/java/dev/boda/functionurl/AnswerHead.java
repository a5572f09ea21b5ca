package dev.boda.functionurl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.http.HttpHeaders;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Status and headers as a function gives them: the members `statusCode`, `headers` and `cookies` of its answer.
///
/// @param typed whether there is a content type among the headers
record AnswerHead(int status, HttpHeaders.Builder headers, boolean typed) {

    private static final int LOWEST = 200;
    private static final int HIGHEST = 599;
    private static final String CONTENT_TYPE = "content-type";
    private static final int ASCII = 0x7f;

    /// What the client gets under another name: `connection` and `content-length`, `www-authenticate` as users of
    /// function URLs met them (<https://zenn.dev/ashphy/scraps/5d70402729657f>,
    /// <https://github.com/cargo-lambda/cargo-lambda/issues/862>), the others as with API Gateway, whose way it is:
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>
    private static final Set<String> RENAMED =
            Set.of("connection", "content-length", "date", "server", "www-authenticate");

    private static final String RENAMED_TO = "x-amzn-Remapped-";

    /// What is this connection's, or said by the server itself.
    private static final Set<String> NOT_THE_FUNCTIONS = Set.of(
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "x-amzn-requestid",
            "x-amzn-trace-id");

    /// @param otherwise the status if the function says none
    static AnswerHead of(JsonNode answer, int otherwise) throws MalformedAnswerException {
        var headers = HttpHeaders.builder();
        boolean typed = addHeaders(answer.path("headers"), headers);
        var cookies = answer.path("cookies");
        if (isGiven(cookies) && !cookies.isArray()) {
            throw new MalformedAnswerException("cookies is not an array");
        }
        for (var cookie : cookies) {
            add(headers, "Set-Cookie", text("a cookie", cookie));
        }
        return new AnswerHead(status(answer.path("statusCode"), otherwise), headers, typed);
    }

    static boolean isGiven(JsonNode member) {
        return !member.isMissingNode() && !member.isNull();
    }

    /// A number, or one in quotes (LocalStack, `test_lambda_url_headers_and_status`, validated against AWS).
    private static int status(JsonNode status, int otherwise) throws MalformedAnswerException {
        if (!isGiven(status)) {
            return otherwise;
        }
        boolean number = status.isIntegralNumber()
                || (status.isString() && status.asString().matches("\\d{3}"));
        int code = number ? status.asInt(-1) : -1;
        if (code < LOWEST || code > HIGHEST) {
            throw new MalformedAnswerException("statusCode is " + status + ", not a number of 200 to 599");
        }
        return code;
    }

    private static boolean addHeaders(JsonNode given, HttpHeaders.Builder headers) throws MalformedAnswerException {
        if (isGiven(given) && !given.isObject()) {
            throw new MalformedAnswerException("headers is not an object");
        }
        boolean typed = false;
        for (var header : given.properties()) {
            var name = header.getKey().toLowerCase(Locale.ROOT);
            if (!NOT_THE_FUNCTIONS.contains(name) && !header.getValue().isNull()) {
                var shown = RENAMED.contains(name) ? RENAMED_TO + name : header.getKey();
                add(headers, shown, text("the header " + header.getKey(), header.getValue()));
                typed |= name.equals(CONTENT_TYPE);
            }
        }
        return typed;
    }

    private static String text(String what, JsonNode value) throws MalformedAnswerException {
        if (value.isArray()) {
            var items = new StringBuilder();
            for (var item : value) {
                items.append(items.isEmpty() ? "" : ",").append(text(what, item));
            }
            return items.toString();
        }
        if (!value.isValueNode() || value.isNull()) {
            throw new MalformedAnswerException(what + " is no text");
        }
        return value.asString();
    }

    private static void add(HttpHeaders.Builder headers, String name, String value) throws MalformedAnswerException {
        try {
            headers.add(name, wire(value));
        } catch (IllegalArgumentException unfit) {
            throw new MalformedAnswerException(String.valueOf(unfit.getMessage()));
        }
    }

    /// Each character stands for a byte there.
    private static String wire(String value) {
        return value.chars().allMatch(c -> c <= ASCII) ? value : new String(value.getBytes(UTF_8), ISO_8859_1);
    }

    /// With `type` where the function names none.
    AnswerHead typedOr(String type) {
        if (!typed) {
            headers.add("Content-Type", type);
        }
        return this;
    }
}
