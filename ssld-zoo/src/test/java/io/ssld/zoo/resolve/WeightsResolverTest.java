package io.ssld.zoo.resolve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.ssld.weights.SsldWeights;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.resolve.FakeMirror.Fault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server that cuts, delays, lies and changes its mind. */
class WeightsResolverTest {

    private static final SsldModel MODEL = SsldModel.PPLCNET_X0_25;
    private static final String NAME = "PPLCNet_x0_25_ssld_pretrained.pdparams";
    private static final String PATH = "/mirror/" + NAME;

    @TempDir private Path folder;
    private final byte[] content = random(1, 300_000);

    @SuppressWarnings("NullAway.Init")
    private FakeMirror mirror;

    @BeforeEach
    void start() throws IOException {
        mirror = new FakeMirror(content, folder.resolve("cache").resolve(NAME + ".part"));
    }

    @AfterEach
    void stop() {
        mirror.close();
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private WeightsResolver.Builder builder() {
        return patient().optPatience(Duration.ofSeconds(20)).optRetry(4, Duration.ofMillis(5));
    }

    /** Without settings of failures. */
    private WeightsResolver.Builder patient() {
        return WeightsResolver.builder()
                .optCache(folder.resolve("cache"))
                .optSource(mirror.uri())
                .optOffline(false)
                .withoutLook();
    }

    private Path resolve() throws IOException {
        return builder().build().resolve(MODEL, true);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void resolve_firstTime_downloadsAndRecords() throws Exception {
        List<Long> done = new ArrayList<>();
        Path file =
                builder()
                        .optProgress(
                                (name, bytes, total) -> {
                                    assertThat(name).isEqualTo(NAME);
                                    assertThat(total).isEqualTo(content.length);
                                    done.add(bytes);
                                })
                        .build()
                        .resolve(MODEL, true);
        assertThat(file).hasBinaryContent(content).hasFileName(NAME);
        assertThat(done).isSorted().startsWith(0L).endsWith((long) content.length);
        assertThat(files()).containsExactly(NAME, NAME + ".lock", NAME + ".sha256");
        assertThat(resolve()).isEqualTo(file);
        assertThat(mirror.requests).containsExactly(PATH);
    }

    @Test
    void resolve_plain_isAnotherFile() throws Exception {
        assertThat(builder().build().resolve(MODEL, false))
                .hasFileName("PPLCNet_x0_25_pretrained.pdparams");
        assertThat(mirror.requests).containsExactly("/mirror/PPLCNet_x0_25_pretrained.pdparams");
    }

    @Test
    void resolve_unavailableThenCut_resumesWhereItEnded() throws Exception {
        mirror.plan(Fault.UNAVAILABLE, Fault.CUT, Fault.CUT);
        assertThat(resolve()).hasBinaryContent(content);
        assertThat(mirror.requests).hasSize(4);
        assertThat(mirror.requests.get(2)).isEqualTo(PATH + " bytes=100000-");
        assertThat(mirror.requests.get(3)).isEqualTo(PATH + " bytes=166666-");
        assertThat(files()).containsExactly(NAME, NAME + ".lock", NAME + ".sha256");
    }

    @Test
    void resolve_cutInAnEarlierRun_resumes() throws Exception {
        mirror.plan(Fault.CUT);
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(
                        () -> patient().optRetry(1, Duration.ZERO).build().resolve(MODEL, true));
        assertThat(files()).contains(NAME + ".part").doesNotContain(NAME);
        assertThat(resolve()).hasBinaryContent(content);
        assertThat(mirror.requests).containsExactly(PATH, PATH + " bytes=100000-");
    }

    @Test
    void resolve_changedOnResume_takesTheNewFileWhole() throws Exception {
        mirror.plan(Fault.CUT);
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(
                        () -> patient().optRetry(1, Duration.ZERO).build().resolve(MODEL, true));
        mirror.content = random(2, 200_000);
        mirror.tag = "\"two\"";
        assertThat(resolve()).hasBinaryContent(mirror.content);
    }

    @Test
    void resolve_weakOrNoTag_beginsAnew() throws Exception {
        mirror.tag = "W/\"one\"";
        mirror.plan(Fault.CUT);
        assertThat(resolve()).hasBinaryContent(content);
        assertThat(mirror.requests).containsExactly(PATH, PATH);
    }

    @Test
    void resolve_wrongRange_notSpliced() throws Exception {
        mirror.plan(Fault.CUT, Fault.WRONG_RANGE);
        assertThat(resolve()).hasBinaryContent(content);
        assertThat(mirror.requests).containsExactly(PATH, PATH + " bytes=100000-", PATH);
    }

    @Test
    void resolve_serverIgnoresIfRange_notMixed() throws Exception {
        mirror.plan(Fault.CUT);
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(
                        () -> patient().optRetry(1, Duration.ZERO).build().resolve(MODEL, true));
        mirror.content = random(2, 300_000);
        mirror.tag = "\"two\"";
        mirror.plan(Fault.IGNORE_IF_RANGE);
        assertThat(resolve()).hasBinaryContent(mirror.content);
        assertThat(mirror.requests).containsExactly(PATH, PATH + " bytes=100000-", PATH);
    }

    @Test
    void resolve_otherTotalOrNoTagOnResume_beginsAnew() throws Exception {
        for (Fault fault : List.of(Fault.WRONG_TOTAL, Fault.NO_TAG)) {
            Files.deleteIfExists(folder.resolve("cache").resolve(NAME));
            mirror.requests.clear();
            mirror.plan(Fault.CUT, fault);
            assertThat(resolve()).hasBinaryContent(content);
            assertThat(mirror.requests).containsExactly(PATH, PATH + " bytes=100000-", PATH);
        }
    }

    @Test
    void resolve_resumedButNotTheFileOfTheRecord_isFetchedWhole() throws Exception {
        Files.delete(resolve());
        mirror.plan(Fault.CUT);
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(
                        () -> patient().optRetry(1, Duration.ZERO).build().resolve(MODEL, true));
        // Another part than that of the file whose tag it says.
        Path part = folder.resolve("cache").resolve(NAME + ".part");
        Files.write(part, random(9, (int) Files.size(part)));
        assertThat(resolve()).hasBinaryContent(content);
    }

    @Test
    void resolve_endless_stopsAtTheLimitAndLeavesNothing() throws Exception {
        mirror.plan(Fault.ENDLESS);
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(this::resolve)
                .withMessageContaining("must send at most 13218048 bytes, but has more");
        assertThat(mirror.requests).hasSize(1);
        assertThat(files()).containsExactly(NAME + ".lock");
    }

    @Test
    void resolve_announcedTooLong_isNotFetched() throws Exception {
        mirror.content = new byte[14_000_000];
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(this::resolve)
                .withMessageContaining("bytes, but has 14000000");
        assertThat(files()).containsExactly(NAME + ".lock");
    }

    /** As in life: with a look at the content. */
    private Path resolveLooking() throws IOException {
        return WeightsResolver.builder()
                .optCache(folder.resolve("cache"))
                .optSource(mirror.uri())
                .optOffline(false)
                .optRetry(2, Duration.ofMillis(5))
                .build()
                .resolve(MODEL, true);
    }

    private byte[] weights(SsldModel network) throws IOException {
        Path file = folder.resolve(network.modelName() + ".pdparams");
        try (Model model = Model.newInstance("weights", "PyTorch")) {
            Block block = network.newBlock(10);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 64, 64));
            SsldWeights.write(file, block);
        }
        return Files.readAllBytes(file);
    }

    @Test
    void resolve_noWeights_isNotTrustedAndTheGoodFileIsTakenLater() throws Exception {
        byte[] good = weights(MODEL);
        List<byte[]> wrong =
                List.of(
                        "<html>Sign in to the network</html>".getBytes(UTF_8),
                        new byte[0],
                        Arrays.copyOf(good, good.length / 2),
                        Arrays.copyOf(good, good.length - 1));
        for (byte[] each : wrong) {
            mirror.content = each;
            assertThatExceptionOfType(WeightsUnavailableException.class)
                    .isThrownBy(this::resolveLooking)
                    .withMessageContaining("sent something else")
                    .withMessageContaining("must hold the weights of PPLCNet_x0_25, but does not");
            assertThat(files()).containsExactly(NAME + ".lock");
        }
        mirror.content = good;
        assertThat(resolveLooking()).hasBinaryContent(good);
    }

    @Test
    void resolve_weightsOfAnotherNetwork_notTrusted() throws Exception {
        // Of the same family: the names are the same.
        mirror.content = weights(SsldModel.PPLCNET_X0_5);
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(this::resolveLooking)
                .withMessageContaining("parameters of PPLCNet_x0_25, but has");
        mirror.content = weights(SsldModel.GHOSTNET_X1_3);
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(this::resolveLooking);
        assertThat(files()).containsExactly(NAME + ".lock");
    }

    @Test
    void resolve_wrongFilePutIntoTheCache_isNotTrusted() throws Exception {
        Files.createDirectories(folder.resolve("cache"));
        Path file = Files.writeString(folder.resolve("cache").resolve(NAME), "<html>");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::resolveLooking)
                .withMessageStartingWith(file + " must hold the weights of PPLCNet_x0_25")
                .withMessageEndingWith("; delete it to download it again");
        assertThat(files()).containsExactly(NAME, NAME + ".lock");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC}) // POSIX permissions
    void resolve_files_haveThePermissionsOfAnyNewFile() throws Exception {
        resolve();
        Path usual = Files.createFile(folder.resolve("usual"));
        for (String name : files()) {
            assertThat(Files.getPosixFilePermissions(folder.resolve("cache").resolve(name)))
                    .as(name)
                    .isEqualTo(Files.getPosixFilePermissions(usual));
        }
    }

    @Test
    void resolve_stall_triedAgain() throws Exception {
        mirror.plan(Fault.STALL);
        WeightsResolver resolver =
                patient()
                        .optPatience(Duration.ofSeconds(2))
                        .optRetry(4, Duration.ofMillis(5))
                        .build();
        assertThat(resolver.resolve(MODEL, true)).hasBinaryContent(content);
        // A slow machine may need more attempts, but the second goes on where the first ended.
        assertThat(mirror.requests).startsWith(PATH, PATH + " bytes=100000-");
    }

    @Test
    void resolve_lengthNeverTrue_givesUp() throws Exception {
        mirror.plan(Fault.LONGER, Fault.LONGER, Fault.LONGER, Fault.LONGER);
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(this::resolve)
                .withMessageContaining("attempt 4 of 4");
        assertThat(files()).doesNotContain(NAME);
    }

    @Test
    void resolve_notFound_namesAddressCacheAndRemedyAtOnce() {
        mirror.plan(Fault.NOT_FOUND);
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(this::resolve)
                .withMessage(
                        "SSLD weights of PPLCNet_x0_25 must be within reach, but %s/%s answered"
                                        .formatted(mirror.uri(), NAME)
                                + " 404; download %s/%s elsewhere and put it to %s, or name a"
                                        .formatted(
                                                mirror.uri(),
                                                NAME,
                                                folder.resolve("cache").resolve(NAME))
                                + " mirror or folder by the system property ssld.zoo.url");
        assertThat(mirror.requests).hasSize(1);
    }

    @Test
    void resolve_nobodyThere_sameMessage() {
        WeightsResolver resolver = builder().build();
        mirror.close();
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(() -> resolver.resolve(MODEL, true))
                .withMessageContaining("did not answer")
                .withMessageContaining("put it to");
    }

    @Test
    void resolve_offline_cacheOnly() throws Exception {
        WeightsResolver offline =
                WeightsResolver.builder()
                        .optCache(folder.resolve("cache"))
                        .optSource(mirror.uri())
                        .optOffline(true)
                        .withoutLook()
                        .build();
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(() -> offline.resolve(MODEL, true))
                .withMessageContaining("must be in the cache when offline")
                .withMessageContaining(mirror.uri().toString())
                .withMessageContaining(folder.resolve("cache").resolve(NAME).toString());
        assertThat(mirror.requests).isEmpty();
        // The remedy of the message works.
        Files.createDirectories(folder.resolve("cache"));
        Files.write(offline.cached(MODEL, true), content);
        assertThat(offline.resolve(MODEL, true)).hasBinaryContent(content);
        assertThat(files()).contains(NAME + ".sha256");
    }

    @Test
    void resolve_cachedFileChanged_refused() throws Exception {
        Path file = resolve();
        Files.write(file, random(3, 10));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::resolve)
                .withMessageContaining("SHA-256 of " + file + " must be")
                .withMessageContaining("as on first use");
    }

    @Test
    void resolve_downloadedAgainAndDifferent_refused() throws Exception {
        Files.delete(resolve());
        mirror.content = random(4, 1000);
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(this::resolve)
                .withMessageContaining("must send the same file as ever");
        assertThat(files()).doesNotContain(NAME, NAME + ".part");
        mirror.content = content;
        assertThat(resolve()).hasBinaryContent(content);
    }

    @Test
    void resolve_severalThreads_oneDownload() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Path>> results = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                results.add(threads.submit(this::resolve));
            }
            for (Future<Path> result : results) {
                assertThat(result.get()).hasBinaryContent(content);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(mirror.requests).hasSize(1);
    }

    @Test
    void resolve_severalProcesses_oneDownload() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    "-Dssld.cache=" + folder.resolve("cache"),
                                    "-Dssld.zoo.url=" + mirror.uri(),
                                    ResolveOnce.class.getName(),
                                    MODEL.modelName())
                            .redirectErrorStream(true)
                            .start());
        }
        for (Process process : processes) {
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
        }
        assertThat(folder.resolve("cache").resolve(NAME)).hasBinaryContent(content);
        assertThat(mirror.requests).hasSize(1);
    }

    @Test
    void resolve_folder_usedInPlace() throws Exception {
        WeightsResolver resolver =
                WeightsResolver.builder()
                        .optCache(folder.resolve("cache"))
                        .optFolder(folder)
                        .build();
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(() -> resolver.resolve(MODEL, true))
                .withMessageContaining("must be in the folder " + folder);
        Path file = Files.write(folder.resolve(NAME), content);
        assertThat(resolver.resolve(MODEL, true)).isEqualTo(file);
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void resolve_plainNeverPublished_saysSo() {
        WeightsResolver published =
                WeightsResolver.builder().optCache(folder).optOffline(true).build();
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(() -> published.resolve(SsldModel.PPHGNET_BASE, false))
                .withMessageContaining("use the SSLD weights");
    }

    @Test
    void builder_wrongSettings_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WeightsResolver.builder().optSource(URI.create("ftp://x/")))
                .withMessage("source must be an address of http, https or file, but was ftp://x/");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WeightsResolver.builder().optRetry(0, Duration.ZERO))
                .withMessage("attempts must be at least 1, but was 0");
    }

    @Test
    void builder_settingGivenTwice_refused() {
        URI other = URI.create("https://mirror.example/");
        assertTwice(b -> b.optCache(folder).optCache(folder), "cache", folder);
        assertTwice(b -> b.optSource(other).optSource(other), "source", other);
        assertTwice(b -> b.optSource(other).optFolder(folder), "source", other);
        assertTwice(b -> b.optOffline(false).optOffline(true), "offline", false);
        assertTwice(
                b -> b.optPatience(Duration.ofSeconds(3)).optPatience(Duration.ofSeconds(4)),
                "patience",
                "PT3S");
        assertTwice(
                b -> b.optRetry(3, Duration.ZERO).optRetry(4, Duration.ZERO), "retry", "Backoff[");
        DownloadProgress progress = (name, bytes, total) -> {};
        assertTwice(b -> b.optProgress(progress).optProgress(progress), "progress", progress);
    }

    private static void assertTwice(
            Consumer<WeightsResolver.Builder> calls, String name, Object earlier) {
        assertThatIllegalStateException()
                .isThrownBy(() -> calls.accept(WeightsResolver.builder()))
                .withMessageStartingWith(name + " must be set once, but was " + earlier);
    }
}
