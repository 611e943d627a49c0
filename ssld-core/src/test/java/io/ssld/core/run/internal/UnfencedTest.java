package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.images.internal.TestImages;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Networks that are DJL's or one's own, trained on image lists. Each run is a process of its own,
 * as the engine ends the process of some of them where images come channels-last.
 */
class UnfencedTest {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"MobileNetV2", "ResNet50", "stem"})
    void distill_networkOfDjlsBlocks_everyStepAndTheGradientsOf64Bits(String network)
            throws Exception {
        for (int i = 0; i < 24; i++) {
            Random random = new Random(i);
            BufferedImage image = new BufferedImage(36, 36, BufferedImage.TYPE_INT_RGB);
            for (int p = 0; p < 36 * 36; p++) {
                int value = random.nextInt(1 << 24);
                image.setRGB(p % 36, p / 36, value | (0xFF << (8 * (i % 3))));
            }
            Path file = folder.resolve("images/class" + i % 3).resolve(i + ".png");
            Files.createDirectories(file.getParent());
            Files.write(file, TestImages.encoded(image, "png"));
        }
        List<String> told = run(network);
        assertThat(told).as("%s", told).last().isEqualTo("steps 20");
        String gradients = told.get(told.size() - 2);
        assertThat(gradients).startsWith("gradients ");
        assertThat(Double.parseDouble(gradients.substring("gradients ".length()))).isLessThan(1e-2);
    }

    private List<String> run(String network) throws Exception {
        Process process =
                new ProcessBuilder(
                                JAVA.toString(),
                                "-Xmx512m",
                                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                                "-XX:-CreateCoredumpOnCrash",
                                "-Dai.djl.offline=true",
                                "-Dai.djl.pytorch.num_threads=1",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                                "-cp",
                                System.getProperty("java.class.path"),
                                UnfencedRun.class.getName(),
                                network,
                                folder.resolve("images").toString())
                        .redirectErrorStream(true)
                        .start();
        byte[] output = process.getInputStream().readAllBytes();
        List<String> told = new String(output, StandardCharsets.UTF_8).lines().toList();
        assertThat(process.waitFor()).as("%s", told).isZero();
        return told;
    }
}
