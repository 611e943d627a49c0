package io.ssld.examples.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.ssld.examples.service.PredictionService.Limits;
import io.ssld.zoo.SmallModel;
import io.ssld.zoo.djl.ModelNotes;
import io.ssld.zoo.djl.SavedModel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The example service over loopback. */
class PredictionServiceTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Limits SMALL = new Limits(2, 30, 200_000);

    @TempDir private Path folder;

    private Path saved;
    private byte[] jpeg;

    @BeforeEach
    void saveModel() throws IOException {
        saved = folder.resolve("saved");
        try (Model model = Model.newInstance("student", "PyTorch")) {
            Block block = SmallModel.MOBILENET_X0_6.newBlock(3);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 28, 28));
            SavedModel.of(SmallModel.MOBILENET_X0_6, List.of("cat", "dog", "owl"))
                    .write(saved, block, ModelNotes.none());
        }
        BufferedImage image = new BufferedImage(120, 90, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 120 * 90; i++) {
            image.setRGB(i % 120, i / 120, 0x102030 + i * 7);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", out);
        jpeg = out.toByteArray();
    }

    private static URI address(PredictionService service, String path) {
        return URI.create("http://localhost:" + service.port() + path);
    }

    private static HttpResponse<String> post(PredictionService service, byte[] body, String type)
            throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(address(service, "/predict"))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void predict_image_likeliestClasses() throws Exception {
        try (PredictionService service = PredictionService.start(saved, 0, SMALL)) {
            HttpResponse<String> answer = post(service, jpeg, "image/jpeg");
            assertThat(answer.statusCode()).isEqualTo(200);
            JsonArray classes =
                    JsonParser.parseString(answer.body())
                            .getAsJsonObject()
                            .getAsJsonArray("classes");
            assertThat(classes).hasSize(3);
            double sum = 0;
            for (var each : classes) {
                assertThat(each.getAsJsonObject().get("label").getAsString())
                        .isIn("cat", "dog", "owl");
                sum += each.getAsJsonObject().get("probability").getAsDouble();
            }
            assertThat(sum).isBetween(0.9999, 1.0001);
        }
    }

    @Test
    void health_up() throws Exception {
        try (PredictionService service = PredictionService.start(saved, 0, SMALL)) {
            HttpRequest request = HttpRequest.newBuilder(address(service, "/health")).GET().build();
            HttpResponse<String> answer =
                    CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"status\":\"ok\"");
        }
    }

    @Test
    void predict_badRequests_eachItsStatus() throws Exception {
        try (PredictionService service = PredictionService.start(saved, 0, SMALL)) {
            assertThat(post(service, new byte[200_001], "image/jpeg").statusCode()).isEqualTo(413);
            assertThat(post(service, jpeg, "text/html").statusCode()).isEqualTo(415);
            HttpResponse<String> text =
                    post(service, "no image".getBytes(StandardCharsets.UTF_8), "image/png");
            assertThat(text.statusCode()).isEqualTo(422);
            assertThat(text.body()).contains("not an image of a known format");
            byte[] cut = Arrays.copyOf(jpeg, jpeg.length / 2);
            assertThat(post(service, cut, "image/jpeg").statusCode())
                    .as("half a photograph is none")
                    .isEqualTo(422);
            HttpRequest get = HttpRequest.newBuilder(address(service, "/predict")).GET().build();
            assertThat(CLIENT.send(get, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(405);
            assertThat(post(service, jpeg, "application/octet-stream").statusCode())
                    .as("and still up")
                    .isEqualTo(200);
        }
    }

    @Test
    void predict_moreThanMayWait_503AndUpAgain() throws Exception {
        Limits one = new Limits(1, 0, 5_000_000);
        BufferedImage large = new BufferedImage(3000, 3000, BufferedImage.TYPE_INT_RGB);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(large, "png", out);
        byte[] slow = out.toByteArray();
        try (PredictionService service = PredictionService.start(saved, 0, one)) {
            boolean refused = false;
            // Four at a time, each of which decodes nine million pixels: some meet a full service.
            for (int round = 0; round < 10 && !refused; round++) {
                List<CompletableFuture<HttpResponse<String>>> all =
                        java.util.stream.IntStream.range(0, 4)
                                .mapToObj(
                                        i ->
                                                CLIENT.sendAsync(
                                                        HttpRequest.newBuilder(
                                                                        address(
                                                                                service,
                                                                                "/predict"))
                                                                .POST(
                                                                        HttpRequest.BodyPublishers
                                                                                .ofByteArray(slow))
                                                                .build(),
                                                        HttpResponse.BodyHandlers.ofString()))
                                .toList();
                for (CompletableFuture<HttpResponse<String>> each : all) {
                    HttpResponse<String> answer = each.get();
                    assertThat(answer.statusCode()).isIn(200, 503);
                    refused |= answer.statusCode() == 503;
                }
            }
            assertThat(refused).isTrue();
            assertThat(post(service, jpeg, "image/jpeg").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void close_portIsFreed() throws Exception {
        PredictionService service = PredictionService.start(saved, 0, SMALL);
        int port = service.port();
        service.close();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(
                        () ->
                                CLIENT.send(
                                        HttpRequest.newBuilder(
                                                        URI.create(
                                                                "http://localhost:"
                                                                        + port
                                                                        + "/health"))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString()));
    }

    @Test
    void start_noSavedModel_saysSo() throws Exception {
        Files.delete(saved.resolve("synset.txt"));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> PredictionService.start(saved, 0, SMALL))
                .withMessageContaining("synset.txt must be in the folder of a saved model");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Limits(0, 1, 1))
                .withMessageContaining("but were 0, 1 and 1");
    }

    @Test
    @EnabledOnOs(OS.LINUX) // reads the process's memory from /proc
    void load_thousandsOfRequests_noErrorAndFlatMemory() throws Exception {
        try (PredictionService service = PredictionService.start(saved, 0, SMALL)) {
            LoadGenerator load = new LoadGenerator(address(service, "/predict"), jpeg);
            assertThat(load.run(200, 16).ok()).isEqualTo(200);
            load.run(300, 16);
            long before = outsideTheHeap();
            LoadGenerator.Result result = load.run(2000, 16);
            assertThat(result.ok()).isEqualTo(2000);
            assertThat(result.percentile(99)).isGreaterThanOrEqualTo(result.percentile(50));
            long grown = outsideTheHeap() - before;
            // An activation of each request left behind would be 2,000 times 40 kB and more.
            assertThat(grown).as("bytes grown outside the heap").isLessThan(40 << 20);
        }
    }

    /** Resident memory of this process without the heap as committed. */
    private static long outsideTheHeap() throws IOException {
        System.gc();
        long resident =
                Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                        .findFirst()
                        .orElseThrow();
        return resident - ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    }
}
