package io.ssld.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.ssld.cli.service.PredictionService.Kind;
import io.ssld.cli.service.PredictionService.Limits;
import io.ssld.zoo.SmallModel;
import io.ssld.zoo.djl.ModelNotes;
import io.ssld.zoo.djl.SavedModel;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        jpeg = TestPictures.jpeg(120, 90);
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
                .isThrownBy(() -> new Limits(0, 1, 1, 7))
                .withMessageContaining("but were 0, 1, 1 and 7");
    }

    @Test
    void start_folderThatNamesAnotherClass_refusedAndNothingRuns() throws Exception {
        Path properties = saved.resolve("serving.properties");
        String text = Files.readString(properties);
        Files.createDirectories(saved.resolve("libs"));
        for (String property : List.of("blockFactory", "translatorFactory")) {
            Files.writeString(
                    properties,
                    text.replaceFirst(
                            property + "=.*",
                            Matcher.quoteReplacement(
                                    property + "=" + HostileFactory.class.getName())));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> PredictionService.start(saved, 0, SMALL))
                    .withMessageStartingWith(
                            property + " of " + properties + " must be io.ssld.zoo")
                    .withMessageContaining("but was " + HostileFactory.class.getName());
        }
        assertThat(HostileFactory.RUNS).hasValue(0);
    }

    /** Stands for a class in a jar of the folder. */
    public static final class HostileFactory implements BlockFactory {

        private static final long serialVersionUID = 1L;
        static final AtomicInteger RUNS = new AtomicInteger();

        public HostileFactory() {
            RUNS.incrementAndGet();
        }

        @Override
        public Block newBlock(Model model, Path path, Map<String, ?> arguments) {
            throw new IllegalStateException("ran");
        }
    }

    @Test
    void start_torchScript_onlyByAWord() throws Exception {
        Path folder = Files.createDirectories(this.folder.resolve("program"));
        Files.write(folder.resolve("net.pt"), new byte[] {1, 2, 3});
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> PredictionService.start(folder, 0, SMALL))
                .withMessageContaining("holds net.pt, a program that does what it likes; add")
                .withMessageContaining("--torchscript");
        InetSocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> PredictionService.start(folder, Kind.TORCH_SCRIPT, local, SMALL))
                .withMessageContaining("net.pt must be a TorchScript program");
    }

    @Test
    void start_portInUse_namesIt() throws Exception {
        try (PredictionService service = PredictionService.start(saved, 0, SMALL)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> PredictionService.start(saved, service.port(), SMALL))
                    .withMessageContaining(
                            "port must be one that is free, but " + service.port() + " is not");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"
            })
    void predict_noHttp_hasAStatus(String request) throws Exception {
        try (PredictionService service = PredictionService.start(saved, 0, SMALL);
                Socket socket = open(service)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(statusLine(socket)).startsWith("HTTP/1.1 ").containsPattern(" (4|5)\\d\\d ");
        }
    }

    @Test
    void predict_bodyTooLong_isAnsweredWhenItWasSent() throws Exception {
        try (PredictionService service = PredictionService.start(saved, 0, SMALL);
                Socket socket = open(service)) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            // Not read while it is sent, as simple clients do.
            for (int i = 0; i < 20; i++) {
                out.write(new byte[1_000_000]);
            }
            assertThat(statusLine(socket)).isEqualTo("HTTP/1.1 413 Payload Too Large");
        }
    }

    @Test
    void health_manySlowClients_isAnswered() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try (PredictionService service = PredictionService.start(saved, 0, SMALL)) {
            for (int i = 0; i < 300; i++) {
                Socket socket = open(service);
                slow.add(socket);
                String begin =
                        i % 2 == 0
                                ? "POST /predict HTTP/1.1\r\nHo"
                                : String.join(
                                        "\r\n",
                                        "POST /predict HTTP/1.1",
                                        "Host: x",
                                        "Content-Length: 9000",
                                        "",
                                        "1");
                socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
            }
            HttpRequest request = HttpRequest.newBuilder(address(service, "/health")).GET().build();
            assertThat(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            assertThat(post(service, jpeg, "image/jpeg").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void predict_imagesOfMoreThanTheMemory_422AndTheOthersAreAnswered() throws Exception {
        // Half a megabyte to decode in: 120 x 90 takes 32 kB, 700 x 700 takes 1.5 MB.
        Limits little = new Limits(2, 30, 200_000, 1 << 20);
        byte[] large = TestPictures.jpeg(700, 700);
        try (PredictionService service = PredictionService.start(saved, 0, little)) {
            HttpResponse<String> refused = post(service, large, "image/jpeg");
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(refused.body())
                    .contains("image must be decoded in 512 kB, but 700 x 700 needs 1436");
            assertThat(post(service, jpeg, "image/jpeg").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void predict_bodiesOfMoreThanTheMemory_503() throws Exception {
        Limits little = new Limits(1, 30, 200_000, 200_000);
        try (PredictionService service = PredictionService.start(saved, 0, little)) {
            HttpResponse<String> full = post(service, new byte[100_000], "image/jpeg");
            assertThat(full.statusCode()).isEqualTo(503);
            assertThat(full.headers().firstValue("Retry-After")).contains("1");
            // What it held is free again.
            assertThat(post(service, jpeg, "image/jpeg").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void close_requestsUnderWay_areAnsweredFirst() throws Exception {
        PredictionService service = PredictionService.start(saved, 0, new Limits(1, 30, 5_000_000));
        byte[] slow = TestPictures.jpeg(2000, 2000);
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            HttpRequest request =
                    HttpRequest.newBuilder(address(service, "/predict"))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(slow))
                            .build();
            all.add(CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
        }
        // The first answer shows that they are there.
        all.get(0).get();
        service.close();
        for (CompletableFuture<HttpResponse<String>> each : all) {
            assertThat(each.get().statusCode()).isIn(200, 503);
        }
        assertThat(service.isModelOpen()).isFalse();
    }

    private static Socket open(PredictionService service) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static String statusLine(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        return String.valueOf(in.readLine());
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
