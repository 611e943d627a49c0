package io.ssld.cli.service;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** JSON over HTTP. */
final class Answers {

    private static final String TYPE = "application/json; charset=utf-8";
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    private Answers() {}

    static void send(Response response, Callback sent, int status, ByteBuffer json) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, TYPE);
        response.write(true, json, sent);
    }

    static void error(Response response, Callback sent, int status, String message) {
        send(response, sent, status, bytes(Map.of("error", message)));
    }

    /** Says that it may work in a second. */
    static void full(Response response, Callback sent, String message) {
        response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
        error(response, sent, 503, message);
    }

    /** JSON of any value; what has no JSON, such as NaN, is an exception. */
    static ByteBuffer bytes(Object value) {
        return ByteBuffer.wrap((JSON.toJson(value) + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
