package dev.boda.functionurl;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.aws.ServiceException;
import dev.boda.http.HttpHeaders;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A request of a function URL that is not answered by the function: AWS's status, header and body.
final class UrlRefusal extends Exception {

    private static final String DENIED = "AccessDeniedException";
    private static final String FORBIDDEN = "Forbidden. For troubleshooting Function URL authorization issues, see:"
            + " https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

    private static final String BROKEN_FUNCTION = "Internal Server Error";
    private static final String MISSING_PERMISSION = "X-Boda-Missing-Permission";

    private final String code;
    private final int status;
    private final byte[] body;
    private final List<String> missing;
    private final boolean own;

    private UrlRefusal(String code, int status, byte[] body, String said, List<String> missing, boolean own) {
        super(said, null, false, false);
        this.code = code;
        this.status = status;
        this.body = body;
        this.missing = missing;
        this.own = own;
    }

    /// There is no such URL (LocalStack's `test_lambda_url_non_existing_url`, validated against AWS).
    static UrlRefusal unknown() {
        return new UrlRefusal(DENIED, 403, json("Message", null), "There is no such function URL", List.of(), true);
    }

    /// Nobody signed, or what the URL was made for is not there any more (recorded).
    static UrlRefusal forbidden() {
        return forbidden(List.of());
    }

    /// The policy lacks permissions. AWS says the same of all; with one of the two there, what is missing is said.
    static UrlRefusal forbidden(List<String> missing) {
        var said = missing.size() == 1
                ? FORBIDDEN + " Boda: the resource-based policy permits no " + missing.getFirst() + "."
                : FORBIDDEN;
        var actions = missing.stream().map(action -> action.split(" ", 2)[0]).toList();
        return new UrlRefusal(DENIED, 403, json("Message", said), said, actions, true);
    }

    /// A signature that is not in order: in the words of AWS's framework, whose member is spelled otherwise.
    static UrlRefusal ofSignature(ServiceException refusal) {
        var said = refusal.sentence();
        return new UrlRefusal(refusal.code(), refusal.status(), json("message", said), said, List.of(), true);
    }

    /// What Invoke would refuse: too large an event, throttles, a function that is not ready.
    static UrlRefusal of(ServiceException refusal) {
        return of(refusal.code(), refusal.status(), refusal.sentence());
    }

    static UrlRefusal of(String code, int status, String said) {
        return new UrlRefusal(code, status, json("Message", said), said, List.of(), true);
    }

    /// The function failed or timed out: an answer, for which nobody here is to blame (LocalStack's
    /// `test_lambda_url_invocation_exception`, validated against AWS).
    static UrlRefusal functionFailed() {
        return new UrlRefusal("FunctionError", 502, BROKEN_FUNCTION.getBytes(UTF_8), "", List.of(), false);
    }

    /// The function's answer makes no HTTP.
    static UrlRefusal malformed(MalformedAnswerException why) {
        return new UrlRefusal(
                "MalformedAnswer",
                502,
                BROKEN_FUNCTION.getBytes(UTF_8),
                String.valueOf(why.getMessage()),
                List.of(),
                true);
    }

    private static byte[] json(String member, @Nullable String said) {
        return JsonMapper.shared().writeValueAsBytes(Collections.singletonMap(member, said));
    }

    String code() {
        return code;
    }

    int status() {
        return status;
    }

    /// Whether it is one line of the server's log.
    boolean own() {
        return own;
    }

    UrlAnswer answer() {
        var headers = HttpHeaders.builder().add("Content-Type", "application/json");
        if (status != 502) {
            headers.add("x-amzn-ErrorType", code);
        }
        if (!missing.isEmpty()) {
            headers.add(MISSING_PERMISSION, String.join(", ", missing));
        }
        return new UrlAnswer(status, headers, body);
    }

    /// For the log.
    ServiceException logged() {
        return new ServiceException(code, status, String.valueOf(getMessage()), Map.of());
    }
}
