package io.ssld.cli.service;

import java.util.Map;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Which path is what. Nothing here waits, so that {@code GET /health} never does. */
final class Routes extends Handler.Abstract.NonBlocking {

    private final String model;
    private final Predictions predictions;

    Routes(String model, Predictions predictions) {
        this.model = model;
        this.predictions = predictions;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        switch (Request.getPathInContext(request)) {
            case "/predict" -> predictions.answer(request, response, callback);
            case "/health" -> health(request, response, callback);
            default ->
                    new Body(request, 0)
                            .refuse(
                                    () ->
                                            Answers.error(
                                                    response,
                                                    callback,
                                                    404,
                                                    "path must be /predict or /health"));
        }
        return true;
    }

    private void health(Request request, Response response, Callback callback) {
        if (request.getMethod().equals("GET")) {
            Answers.send(
                    response, callback, 200, Answers.bytes(Map.of("status", "ok", "model", model)));
        } else {
            new Body(request, 0)
                    .refuse(() -> Answers.error(response, callback, 405, "method must be GET"));
        }
    }
}
