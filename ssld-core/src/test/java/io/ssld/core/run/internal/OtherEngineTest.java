package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineProvider;
import io.ssld.images.internal.TestImages;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main flows while DJL's default engine is another one, which fails when it is asked for. */
class OtherEngineTest {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir private Path folder;

    @Test
    void recordDistillAndTrain_defaultEngineIsAnother_engineOfTheNetworks() throws Exception {
        for (int i = 0; i < 12; i++) {
            BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
            Random random = new Random(i);
            for (int p = 0; p < 16 * 16; p++) {
                image.setRGB(p % 16, p / 16, random.nextInt(1 << 24));
            }
            Path file = folder.resolve("images/class" + i % 3).resolve(i + ".png");
            Files.createDirectories(file.getParent());
            Files.write(file, TestImages.encoded(image, "png"));
        }
        Path services = folder.resolve("services/META-INF/services");
        Files.createDirectories(services);
        Files.writeString(
                services.resolve(EngineProvider.class.getName()),
                OtherEngineRun.Other.class.getName());
        Process process =
                new ProcessBuilder(
                                JAVA.toString(),
                                "-Xmx512m",
                                "-Dai.djl.default_engine=Other",
                                "-Dai.djl.offline=true",
                                "-Dai.djl.pytorch.num_threads=1",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                                "-cp",
                                System.getProperty("java.class.path")
                                        + File.pathSeparator
                                        + folder.resolve("services"),
                                OtherEngineRun.class.getName(),
                                folder.resolve("images").toString(),
                                folder.resolve("out").toString())
                        .redirectErrorStream(true)
                        .start();
        byte[] output = process.getInputStream().readAllBytes();
        List<String> told = new String(output, StandardCharsets.UTF_8).lines().toList();
        assertThat(process.waitFor()).as("%s", told).isZero();
        assertThat(told).contains("recorded", "distilled", "trained");
    }
}
