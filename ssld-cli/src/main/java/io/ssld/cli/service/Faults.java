package io.ssld.cli.service;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the server answers by itself: to what is no HTTP, and where a handler failed. */
final class Faults extends ErrorHandler {

    private static final Logger LOGGER = LoggerFactory.getLogger(Faults.class);

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Object cause = request.getAttribute(ERROR_EXCEPTION);
        Object message = request.getAttribute(ERROR_MESSAGE);
        int status = response.getStatus();
        if (cause instanceof Throwable failure
                && status >= 500
                && !(cause instanceof HttpException)) {
            LOGGER.error("a request failed", failure);
        }
        Answers.error(
                response,
                callback,
                status,
                status >= 500 ? "the request failed" : String.valueOf(message));
        return true;
    }
}
