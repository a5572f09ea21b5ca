package dev.boda;

import dev.boda.functionurl.FunctionUrlDoor;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import dev.boda.http.Refusal;

/// What is served at the front address: function URLs, which decide by themselves which pages may call them, and
/// everything else.
///
/// @param urls    tells its requests
/// @param limited the same, behind what keeps crowds small
record UrlsFirst(FunctionUrlDoor urls, HttpHandler limited, HttpHandler others) implements HttpHandler {

    @Override
    public void handle(HttpExchange exchange) throws Exception {
        chosen(exchange).handle(exchange);
    }

    @Override
    public boolean isBrief(HttpExchange request) {
        return chosen(request).isBrief(request);
    }

    @Override
    public HttpHeaders refused(Refusal refusal) {
        return others.refused(refusal);
    }

    private HttpHandler chosen(HttpExchange exchange) {
        return urls.isAskedBy(exchange) ? limited : others;
    }
}
