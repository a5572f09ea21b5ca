package dev.boda.functionurl;

import dev.boda.function.CorsRules;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/// What browsers are told of who may call: the headers that CORS rules add to answers, and the answer to a preflight,
/// which the function does not see.
///
/// An origin that the rules allow is said back, also where they allow all (a browser's error that awslabs' powertools,
/// issue 4163, quotes); one that they do not allow is told nothing, and the function is called all the same: it is the
/// browser that keeps the answer from the page. Headers of the function stand beside these, duplicates included, as
/// AWS's page warns: <https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors>.
final class CorsAnswers {

    private static final String ALL = "*";
    private static final String ORIGIN = "Origin";
    private static final String ASKED_METHOD = "Access-Control-Request-Method";
    private static final String ASKED_HEADERS = "Access-Control-Request-Headers";

    private CorsAnswers() {}

    static boolean isPreflight(HttpExchange exchange) {
        return exchange.method().equals("OPTIONS")
                && exchange.headers().contains(ORIGIN)
                && exchange.headers().contains(ASKED_METHOD);
    }

    /// Adds what every answer has.
    static void add(CorsRules rules, HttpHeaders request, HttpHeaders.Builder answer) {
        answer.add("Vary", ORIGIN);
        if (addOrigin(rules, request, answer)) {
            addList("Access-Control-Expose-Headers", rules.exposeHeaders(), answer);
        }
    }

    /// Adds what the answer to a preflight has.
    static void addPreflight(CorsRules rules, HttpHeaders request, HttpHeaders.Builder answer) {
        answer.add("Vary", ORIGIN);
        if (!addOrigin(rules, request, answer)) {
            return;
        }
        addAllowed("Access-Control-Allow-Methods", rules.allowMethods(), request.first(ASKED_METHOD), answer);
        addAllowed("Access-Control-Allow-Headers", rules.allowHeaders(), request.first(ASKED_HEADERS), answer);
        rules.maxAge().ifPresent(seconds -> answer.add("Access-Control-Max-Age", Integer.toString(seconds)));
    }

    private static boolean addOrigin(CorsRules rules, HttpHeaders request, HttpHeaders.Builder answer) {
        var allowed = rules.allowOrigins().orElse(List.of());
        var origin = request.first(ORIGIN)
                .filter(asking -> allowed.contains(ALL) || allowed.stream().anyMatch(asking::equalsIgnoreCase));
        if (origin.isEmpty()) {
            return false;
        }
        answer.add("Access-Control-Allow-Origin", origin.get());
        if (rules.allowCredentials().orElse(false)) {
            answer.add("Access-Control-Allow-Credentials", "true");
        }
        return true;
    }

    /// Where all are allowed, those that were asked for: a browser takes `*` for none where credentials are sent, and
    /// never for `Authorization`.
    private static void addAllowed(
            String name, Optional<List<String>> allowed, Optional<String> asked, HttpHeaders.Builder answer) {
        if (allowed.orElse(List.of()).contains(ALL)) {
            answer.add(name, asked.orElse(ALL));
        } else {
            addList(name, allowed, answer);
        }
    }

    private static void addList(String name, Optional<List<String>> items, HttpHeaders.Builder answer) {
        items.filter(list -> !list.isEmpty()).ifPresent(list -> answer.add(name, String.join(",", list)));
    }
}
