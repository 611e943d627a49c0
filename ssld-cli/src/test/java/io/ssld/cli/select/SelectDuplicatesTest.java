package io.ssld.cli.select;

import static io.ssld.cli.Ran.ssld;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.Block;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.ssld.cli.Ran;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.weights.Safetensors;
import io.ssld.weights.StateDict;
import io.ssld.zoo.Architecture;
import io.ssld.zoo.Features;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.RescaleOp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code select dedup} and {@code select within} as a user sees them. */
class SelectDuplicatesTest {

    @TempDir private Path folder;

    @BeforeEach
    void images() throws IOException {
        for (int i = 0; i < 3; i++) {
            write(String.format(Locale.ROOT, "reference/%d.png", i), draw(i), "png");
        }
        write("pool/copy.bmp", draw(1), "bmp");
        write("pool/again.png", draw(1), "png");
        write("pool/new.png", draw(9), "png");
        Files.write(folder.resolve("pool/zero.jpg"), new byte[0]);
        Files.writeString(
                folder.resolve("pool.txt"), "pool/copy.bmp\npool/again.png\npool/new.png 3\n");
    }

    private void write(String name, BufferedImage image, String format) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        ImageIO.write(image, format, folder.resolve(name).toFile());
    }

    private static BufferedImage draw(long seed) {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(120, 90, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D g = image.createGraphics();
        for (int i = 0; i < 50; i++) {
            g.setColor(new Color(random.nextInt(0x1000000)));
            g.fillRect(random.nextInt(120), random.nextInt(90), 30, 5 + random.nextInt(20));
        }
        g.dispose();
        return image;
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void dedup_ofFolders_writesTheCertificate() throws Exception {
        Ran ran =
                ssld(
                        "select",
                        "dedup",
                        "--pool",
                        path("pool"),
                        "--against",
                        path("reference"),
                        "--out",
                        path("out"),
                        "--json",
                        "--workers",
                        "1",
                        "--undecided",
                        "KEEP",
                        "--figures",
                        "3");
        assertThat(ran.exit()).as(ran.err()).isZero();
        JsonObject facts = JsonParser.parseString(ran.out()).getAsJsonObject();
        assertThat(facts.get("removed").getAsInt()).isEqualTo(2);
        assertThat(facts.get("kept").getAsInt()).isEqualTo(1);
        assertThat(facts.get("unreadable").getAsInt()).isEqualTo(1);
        assertThat(ran.err()).contains("reference  3/3 images", "pool  4/4 images", "images/s");
        assertThat(folder.resolve("out/removed.csv"))
                .content()
                .contains("copy.bmp,1.png,EXACT_PIXELS", "again.png,1.png,EXACT_FILE");
        assertThat(folder.resolve("out/report.html")).isNotEmptyFile();
        assertThat(folder.resolve("out.descriptors")).doesNotExist();
        assertThat(folder.resolve("out/certificate.json")).content().contains("\"KEEP\"");
    }

    @Test
    void within_ofAList_keepsTheFirst_andTheCacheIfAsked() throws Exception {
        String[] args = {
            "select",
            "within",
            "--pool",
            path("pool.txt"),
            "--out",
            path("out"),
            "--cache",
            path("cache"),
            "--no-windows",
            "--inliers",
            "8",
            "--agreement",
            "0.8"
        };
        Ran ran = ssld(args);
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("Kept 2 of 3 images: 1 removed");
        assertThat(folder.resolve("out/kept.txt"))
                .hasContent("%1$s/pool/copy.bmp%n%1$s/pool/new.png 3%n".formatted(folder));
        assertThat(folder.resolve("cache")).isNotEmptyFile();
        assertThat(folder.resolve("out/certificate.json"))
                .content()
                .contains("\"inliers\": 8", "\"agreement\": 0.8", "\"windows\": false");

        assertThat(ssld(args).exit()).isEqualTo(1);
        String[] forced = java.util.Arrays.copyOf(args, args.length + 1);
        forced[args.length] = "--force";
        assertThat(ssld(forced).exit()).isZero();
    }

    @Test
    void killedRun_leavesDescriptors_thatResumeTakesUp() throws Exception {
        // The first run fails after describing everything, for want of origins.
        String[] args = {
            "select",
            "within",
            "--pool",
            path("pool.txt"),
            "--out",
            path("out"),
            "--require-origins",
            "--resume"
        };
        Ran failed = ssld(args);
        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.err()).contains("origins must have licence and origin");
        assertThat(folder.resolve("out")).doesNotExist();
        long size = Files.size(folder.resolve("out.descriptors"));
        Files.writeString(
                folder.resolve("pool.csv"),
                "image,licence,origin\npool/copy.bmp,CC0,a\npool/new.png,CC0,b\n");
        Ran resumed = ssld(args);
        assertThat(resumed.exit()).as(resumed.err()).isZero();
        assertThat(size).isPositive();
        assertThat(folder.resolve("out/certificate.json")).content().contains("\"CC0\": 2");
        assertThat(folder.resolve("out.descriptors")).doesNotExist();
    }

    @Test
    void dedup_descriptorOfANetwork_proposesCandidates() throws Exception {
        write("pool/darker.png", shade(draw(2)), "png");
        Path weights = folder.resolve("network.safetensors");
        try (OpenModel network =
                ModelOpener.open(ModelSpec.parse("SmallMobileNet_x0_6=random:4"), 5)) {
            Safetensors.write(weights, StateDict.of(network.block()), Map.of());
        }
        String[] args = {
            "select",
            "dedup",
            "--pool",
            path("pool"),
            "--against",
            path("reference"),
            "--out",
            path("out"),
            "--descriptor",
            "SmallMobileNet_x0_6=" + weights,
            "--cache",
            path("cache"),
            "--force"
        };
        Ran ran = ssld(args);
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(folder.resolve("out/removed.csv")).content().contains("darker.png,2.png,SIFT");
        Path certificate = folder.resolve("out/certificate.json");
        String first = Files.readString(certificate);
        assertThat(first).containsPattern("\"descriptor\": \"SmallMobileNet_x0_6 [0-9a-f]{12}\"");
        assertThat(folder.resolve("cache.verdicts")).isNotEmptyFile();

        assertThat(ssld(args).exit()).isZero();
        assertThat(certificate).hasContent(first.strip());
        // Vectors of the built-in descriptor are others.
        args[8] = "--descriptor";
        args[9] = "CLASSICAL";
        Ran other = ssld(args);
        assertThat(other.exit()).isEqualTo(1);
        assertThat(other.err()).contains("cache must hold").contains("name another file");
        args[9] = "SmallMobilNet";
        assertThat(ssld(args).exit()).isEqualTo(2);
    }

    private static BufferedImage shade(BufferedImage image) {
        return new RescaleOp(0.9f, 0, null).filter(image, null);
    }

    @Test
    void everyNetwork_hasPooledFeatures() {
        for (Architecture network : Architecture.all()) {
            Block block = network.newBlock(2);
            Features features = Features.of(block, DescriptorOptions.pooled(block));
            assertThat(features).as(network.modelName()).isNotNull();
        }
    }

    @Test
    void wrongUsage_isTwo_andFailuresAreOne() {
        assertThat(ssld("select", "dedup", "--pool", "x", "--out", "y").exit()).isEqualTo(2);
        Ran wrong =
                ssld("select", "within", "--pool", path("pool"), "--out", "y", "--candidates", "0");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("candidates must be at least 1, but was 0");
        Ran missing = ssld("select", "within", "--pool", path("none"), "--out", path("out"));
        assertThat(missing.exit()).isEqualTo(1);
        assertThat(missing.err().lines()).hasSize(1);
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
