package io.ssld.cli.zoo;

import static io.ssld.cli.Ran.ssld;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.ssld.cli.Ran;
import io.ssld.weights.PdParams;
import io.ssld.weights.SsldWeights;
import io.ssld.zoo.SsldModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The zoo on the command line, with a folder in the place of the published weights. */
class ZooCommandTest {

    private static final String NAME = "PPLCNet_x0_25";
    private static final SsldModel MODEL = SsldModel.of(NAME);
    private static final Shape INPUT = new Shape(1, 3, 64, 64);

    @TempDir private Path folder;

    @BeforeEach
    void nameTheFolder() {
        System.setProperty("ssld.zoo.url", folder.toUri().toString());
    }

    @AfterEach
    void forgetTheFolder() {
        System.clearProperty("ssld.zoo.url");
    }

    private Path weights(String name) throws IOException {
        Path file = folder.resolve(name);
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = MODEL.newBlock(1000);
            block.initialize(manager, DataType.FLOAT32, INPUT);
            SsldWeights.write(file, block);
        }
        return file;
    }

    private Path image() throws IOException {
        BufferedImage image = new BufferedImage(300, 260, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 300 * 260; i++) {
            image.setRGB(i % 300, i / 300, i * 2654435);
        }
        Path file = folder.resolve("image.png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void list_allNetworks() {
        Ran table = ssld("zoo", "list");
        assertThat(table.exit()).isZero();
        assertThat(table.out().lines()).hasSize(25);
        assertThat(table.out())
                .contains("ResNet50_vd              79.10  83.00     25.58 M      4328.82 M")
                .contains("not measured by us");
        JsonArray rows =
                JsonParser.parseString(ssld("zoo", "list", "--json").out()).getAsJsonArray();
        assertThat(rows).hasSize(23);
    }

    @Test
    void info_network_card() throws Exception {
        weights("PPLCNet_x0_25_ssld_pretrained.pdparams");
        Ran text = ssld("zoo", "info", "pplcnet_x0_25");
        assertThat(text.exit()).as(text.err()).isZero();
        assertThat(text.out())
                .startsWith(NAME)
                .contains("plain 51.86, SSLD 53.43", "1,521,184", "crop 224", "Apache-2.0");
        JsonObject card =
                JsonParser.parseString(ssld("zoo", "info", NAME, "--json").out()).getAsJsonObject();
        assertThat(card.get("ssldCached").getAsBoolean()).isTrue();
        assertThat(card.get("plainCached").getAsBoolean()).isFalse();
    }

    @Test
    void download_there_printsThePath() throws Exception {
        Path file = weights("PPLCNet_x0_25_ssld_pretrained.pdparams");
        assertThat(ssld("zoo", "download", NAME).out().strip()).isEqualTo(file.toString());
        Ran plain = ssld("zoo", "download", "--plain", NAME);
        assertThat(plain.exit()).isEqualTo(1);
        assertThat(plain.err()).contains("must be in the folder").hasLineCount(1);
    }

    @Test
    void logits_ofAnArray_asTheNetwork() throws Exception {
        Path weights = weights("any.pdparams");
        Path input = folder.resolve("in.npy");
        Path output = folder.resolve("out.npy");
        float[] images = new float[18 * 3 * 40 * 48];
        for (int i = 0; i < images.length; i++) {
            images[i] = (i * 7919 % 1000) / 500f - 1;
        }
        long[] shape = {18, 3, 40, 48};
        new Npy(shape, images).write(input);
        Ran ran =
                ssld(
                        "zoo",
                        "logits",
                        "--model",
                        NAME,
                        "--weights",
                        weights.toString(),
                        "--input",
                        input.toString(),
                        "--output",
                        output.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        Npy result = Npy.read(output);
        assertThat(result.shape()).containsExactly(18, 1000);
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = MODEL.newBlock(1000);
            SsldWeights.read(weights).initialize(block, manager, INPUT);
            float[] expected =
                    block.forward(
                                    new ParameterStore(manager, false),
                                    new NDList(manager.create(images, new Shape(shape))),
                                    false)
                            .singletonOrThrow()
                            .toFloatArray();
            for (int i = 0; i < expected.length; i++) {
                assertThat(Math.abs(result.values()[i] - expected[i])).isLessThan(1e-4f);
            }
        }
    }

    @Test
    void convert_thereAndBack_sameTensors() throws Exception {
        Path first = weights("first.pdparams");
        Path middle = folder.resolve("middle.safetensors");
        Path last = folder.resolve("last.pdparams");
        for (Path[] step : new Path[][] {{first, middle}, {middle, last}}) {
            Ran ran =
                    ssld(
                            "zoo",
                            "convert",
                            "--model",
                            NAME,
                            "--from",
                            step[0].toString(),
                            "--to",
                            step[1].toString());
            assertThat(ran.exit()).as(ran.err()).isZero();
        }
        assertThat(PdParams.read(last)).isEqualTo(PdParams.read(first));
    }

    @Test
    void convert_otherNetwork_failsInOneLine() throws Exception {
        Ran ran =
                ssld(
                        "zoo",
                        "convert",
                        "--model",
                        "ResNet34_vd",
                        "--from",
                        weights("any.pdparams").toString(),
                        "--to",
                        folder.resolve("x.safetensors").toString());
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .startsWith("ssld: ")
                .contains("any.pdparams: weights must fit")
                .hasLineCount(1);
        assertThat(folder.resolve("x.safetensors")).doesNotExist();
    }

    @Test
    void convert_brokenOrMissingFile_failsInOneLineThatNamesIt() throws Exception {
        Path cut = folder.resolve("cut.pdparams");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(weights("whole.pdparams")), 5000));
        Path none = folder.resolve("none.pdparams");
        Path to = folder.resolve("to.safetensors");
        for (Path from : new Path[] {cut, none}) {
            Ran ran = ssld("zoo", "convert", "--model", NAME, "--from", "" + from, "--to", "" + to);
            assertThat(ran.exit()).isEqualTo(1);
            assertThat(ran.err()).startsWith("ssld: ").contains("" + from, " must ", "; ");
            assertThat(ran.err()).hasLineCount(1);
            assertThat(to).doesNotExist();
        }
    }

    @Test
    void predict_images_fiveLabels() throws Exception {
        Path weights = weights("mine.pdparams");
        String image = image().toString();
        Ran text = ssld("predict", "--model", NAME + "=" + weights, image, image);
        assertThat(text.exit()).as(text.err()).isZero();
        assertThat(text.out().lines()).hasSize(12);
        assertThat(text.out()).startsWith(image).containsPattern("0\\.\\d{5}  n\\d{8} \\S");
        Ran json =
                ssld("predict", "--model", NAME, "--weights", weights.toString(), "--json", image);
        JsonArray classes =
                JsonParser.parseString(json.out()).getAsJsonObject().getAsJsonArray("classes");
        assertThat(classes).hasSize(5);
    }

    @Test
    void predict_nothingCachedOrNoImage_failsInOneLine() throws Exception {
        Ran missing = ssld("predict", "--model", NAME, image().toString());
        assertThat(missing.exit()).isEqualTo(1);
        assertThat(missing.err()).contains("ssld zoo download PPLCNet_x0_25").hasLineCount(1);
        weights("PPLCNet_x0_25_ssld_pretrained.pdparams");
        Path text = Files.writeString(folder.resolve("text.png"), "no image");
        Ran noImage = ssld("predict", "--model", NAME, text.toString());
        assertThat(noImage.exit()).isEqualTo(1);
        assertThat(noImage.err())
                .contains("text.png: not an image of a known format")
                .hasLineCount(1);
    }

    @Test
    void npy_otherContents_refused() throws Exception {
        Path file = folder.resolve("x.npy");
        Files.writeString(file, "nonsense, and long enough");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Npy.read(file))
                .withMessageContaining("must be a file of numpy.save");
        new Npy(new long[] {3}, new float[] {1, 2, 3}).write(file);
        assertThat(Npy.read(file).values()).containsExactly(1, 2, 3);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Npy.read(file))
                .withMessageContaining("must hold the 3 values");
    }
}
