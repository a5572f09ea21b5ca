package dev.boda;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.metrics.MetricsPage;

/// What is served at the front address: the page of metrics, and everything else.
record FrontAddress(MetricsPage metrics, HttpHandler others) implements HttpHandler {

    @Override
    public void handle(HttpExchange exchange) throws Exception {
        chosen(exchange).handle(exchange);
    }

    @Override
    public boolean isBrief(HttpExchange request) {
        return chosen(request).isBrief(request);
    }

    private HttpHandler chosen(HttpExchange exchange) {
        return MetricsPage.isAskedBy(exchange) ? metrics : others;
    }
}
