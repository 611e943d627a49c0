package io.ssld.examples.service;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** JSON over HTTP. */
final class Answers {

    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    private Answers() {}

    static void send(HttpExchange exchange, int status, Object value) throws IOException {
        byte[] body = (JSON.toJson(value) + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    static void error(HttpExchange exchange, int status, String message) throws IOException {
        send(exchange, status, Map.of("error", message));
    }
}
