package io.ssld.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.cli.service.PredictionService.Limits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/** What a client gets when what classifies fails. */
class PredictionsTest {

    private static final byte[] BODY = {1, 2, 3};

    private static HttpResponse<String> post(Predictions.Classifier classifier) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        server.setErrorHandler(new Faults());
        try (Predictions predictions = new Predictions(classifier, new Limits(1, 1, 100))) {
            server.setHandler(new Routes("model", predictions));
            server.start();
            URI address = URI.create("http://localhost:" + connector.getLocalPort() + "/predict");
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(address)
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(BODY))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        } finally {
            server.stop();
        }
    }

    @Test
    void answer_classifierAnswers_200() throws Exception {
        HttpResponse<String> answer =
                post(
                        image -> {
                            assertThat(image).isEqualTo(BODY);
                            return new Predictions.Answer(List.of(new Predictions.Guess("a", 1)));
                        });
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"classes\":[{\"label\":\"a\",\"probability\":1.0}]}\n");
    }

    @Test
    void answer_anyFailure_500() throws Exception {
        List<Predictions.Classifier> failing =
                List.of(
                        image -> {
                            throw new IOException("x");
                        },
                        image -> {
                            throw new IllegalStateException("x");
                        },
                        image -> {
                            throw new StackOverflowError("x");
                        },
                        image -> {
                            throw new NoClassDefFoundError("x");
                        });
        for (Predictions.Classifier each : failing) {
            HttpResponse<String> answer = post(each);
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).isEqualTo("{\"error\":\"the prediction failed\"}\n");
        }
    }

    @Test
    void answer_outOfMemory_503() throws Exception {
        HttpResponse<String> answer =
                post(
                        image -> {
                            throw new OutOfMemoryError("x");
                        });
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void answer_infiniteProbability_500() throws Exception {
        HttpResponse<String> answer =
                post(
                        image ->
                                new Predictions.Answer(
                                        List.of(new Predictions.Guess("a", Double.NaN))));
        assertThat(answer.statusCode()).isEqualTo(500);
    }
}
