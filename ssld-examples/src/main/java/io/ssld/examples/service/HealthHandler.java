package io.ssld.examples.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Map;

/** {@code GET /health}. */
final class HealthHandler implements HttpHandler {

    private final String model;

    HealthHandler(String model) {
        this.model = model;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestMethod().equals("GET")) {
                Answers.send(exchange, 200, Map.of("status", "ok", "model", model));
            } else {
                Answers.error(exchange, 405, "method must be GET");
            }
        }
    }
}
