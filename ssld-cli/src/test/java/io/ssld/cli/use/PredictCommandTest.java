package io.ssld.cli.use;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.ssld.cli.Ran;
import io.ssld.zoo.SmallModel;
import io.ssld.zoo.djl.ModelNotes;
import io.ssld.zoo.djl.SavedModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ssld predict} over many files, some of which cannot be answered. */
class PredictCommandTest {

    @TempDir private Path folder;
    private Path model;

    @BeforeEach
    void saveModel() throws IOException {
        model = folder.resolve("model");
        try (Model student = Model.newInstance("student", "PyTorch")) {
            Block block = SmallModel.MOBILENET_X0_6.newBlock(2);
            block.initialize(student.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 28, 28));
            SavedModel.of(SmallModel.MOBILENET_X0_6, List.of("cat", "dog"))
                    .write(model, block, ModelNotes.none());
        }
    }

    private Path image(String name) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        return file;
    }

    @Test
    void predict_someFilesCannotBeUsed_eachHasItsRowAndTheOthersAreAnswered() throws Exception {
        String first = image("a.png").toString();
        String last = image("z.png").toString();
        Path huge = folder.resolve("huge.jpg");
        try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
            sparse.setLength(3L << 30);
        }
        String below = Path.of(first, "below.png").toString();
        String broken = Files.write(folder.resolve("broken.png"), new byte[] {1, 2}).toString();
        Ran ran =
                Ran.ssld(
                        "predict",
                        "--model",
                        model.toString(),
                        "--json",
                        "--workers",
                        "1",
                        first,
                        huge.toString(),
                        below,
                        "a\0b.png",
                        broken,
                        last);
        assertThat(ran.exit()).isEqualTo(1);
        List<JsonObject> rows =
                ran.out()
                        .lines()
                        .map(line -> JsonParser.parseString(line).getAsJsonObject())
                        .toList();
        assertThat(rows)
                .extracting(row -> row.get("path").getAsString())
                .containsExactly(first, huge.toString(), below, "a?b.png", broken, last);
        assertThat(rows)
                .extracting(row -> row.has("error") ? row.get("error").getAsString() : "none")
                .containsExactly(
                        "none",
                        "file must have at most 1073741824 bytes, but has 3221225472",
                        "file not found",
                        "file not found",
                        "not an image of a known format",
                        "none");
    }

    @Test
    void predict_folderWithoutImages_saysSo() throws Exception {
        Path empty = Files.createDirectories(folder.resolve("empty/below"));
        Files.writeString(empty.resolve("notes.txt"), "none");
        String top = folder.resolve("empty").toString();
        Ran alone = Ran.ssld("predict", "--model", model.toString(), top);
        assertThat(alone.exit()).isEqualTo(1);
        assertThat(alone.out()).isEmpty();
        assertThat(alone.err())
                .startsWith("ssld: " + top + " must hold image files")
                .contains("but holds none")
                .hasLineCount(1);
        Ran both = Ran.ssld("predict", "--model", model.toString(), top, image("a.png").toString());
        assertThat(both.exit()).isEqualTo(1);
        assertThat(both.out()).contains("a.png");
        assertThat(both.err()).contains(top + " must hold image files");
    }

    @Test
    void predict_moreClassesThanAnyHeadHas_isWrongUsage() throws Exception {
        Ran ran =
                Ran.ssld(
                        "predict",
                        "--model",
                        "SmallMobileNet_x0_6=random",
                        "--classes",
                        "2147483647",
                        image("a.png").toString());
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .contains("--classes")
                .contains("must be at least 1 and at most 1000000, but was 2147483647")
                .hasLineCount(1);
    }
}
