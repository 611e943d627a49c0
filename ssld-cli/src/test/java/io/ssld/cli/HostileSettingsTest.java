package io.ssld.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.ssld.base.internal.Json;
import io.ssld.cli.train.RecipeYaml;
import io.ssld.cli.zoo.Npy;
import io.ssld.core.train.Recipe;
import io.ssld.weights.Safetensors;
import io.ssld.weights.SsldWeights;
import io.ssld.zoo.SmallModel;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that would fill stack or memory, if what they announce were taken before it is looked at.
 */
class HostileSettingsTest {

    @TempDir private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void yaml_deepNesting_isRefused() throws Exception {
        Path flow = file("a.yaml", "epochs: " + "[".repeat(30_000) + "]".repeat(30_000));
        Path open = file("b.yaml", "[".repeat(60_000));
        StringBuilder block = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            block.append(" ".repeat(i)).append("a:\n");
        }
        Path indented = file("c.yaml", block.toString());
        for (Path each : new Path[] {flow, open, indented}) {
            assertThatIOException()
                    .isThrownBy(() -> RecipeYaml.read(each))
                    .withMessage(each + " must be nested at most 10 deep, but is deeper");
        }
    }

    @Test
    void yaml_references_areRefused() throws Exception {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            laughs.append(
                    String.format(Locale.ROOT, "a%d: &a%d [*a%d, *a%d]%n", i, i, i - 1, i - 1));
        }
        Path file = file("a.yaml", laughs.toString());
        assertThatIOException()
                .isThrownBy(() -> RecipeYaml.read(file))
                .withMessage(file + " must hold plain values, but has references (*name)");
    }

    @Test
    void yaml_numberOfManyDigits_isRefused() throws Exception {
        Path file = file("a.yaml", "epochs: " + "9".repeat(60_000));
        assertThatIOException()
                .isThrownBy(() -> RecipeYaml.read(file))
                .withMessageContaining("values of at most 4096 characters, but has one of 60000");
        Path larger = file("b.yaml", "epochs: " + "9".repeat(1_000_000));
        assertThatIOException()
                .isThrownBy(() -> RecipeYaml.read(larger))
                .withMessageContaining("must be a recipe of at most 65536 bytes");
    }

    @Test
    void yaml_recipe_isStillRead() throws Exception {
        Path file = folder.resolve("recipe.yaml");
        RecipeYaml.write(file, Recipe.supervised().optEpochs(7).build());
        assertThat(RecipeYaml.read(file).epochs()).isEqualTo(7);
    }

    @Test
    void json_deepNestingAndLongNumbers_areRefused() {
        String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThatIOException().isThrownBy(() -> Json.parse(deep, Map.class, "text"));
        String digits = "[" + "9".repeat(1_000_000) + "]";
        assertThatIOException().isThrownBy(() -> Json.parse(digits, int[].class, "text"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4294967296, 4294967296",
                "9223372036854775807, 2",
                "99999999999999999999",
                "4611686018427387904",
                "1073741824, 1073741824, 16",
                "2147483647"
            })
    void npy_shapeOfMoreThanTheFile_isRefused(String shape) throws IOException {
        byte[] header =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }\n"
                        .formatted(shape)
                        .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes =
                ByteBuffer.allocate(10 + header.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        bytes.putShort((short) header.length).put(header);
        Path file = Files.write(folder.resolve("a.npy"), bytes.array());
        assertThatIOException()
                .isThrownBy(() -> Npy.read(file))
                .withMessageStartingWith(file + " must ");
    }

    @Test
    void safetensors_sparseFileLargerThanTheHeap_isRefused() throws IOException {
        long values = (1L << 31) / 4 - 16;
        int count = (int) (Runtime.getRuntime().maxMemory() / (4 * values)) + 2;
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            json.append(
                    String.format(
                            Locale.ROOT,
                            "%s\"t%d\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%d,%d]}",
                            i == 0 ? "" : ",",
                            i,
                            values,
                            i * 4L * values,
                            (i + 1) * 4L * values));
        }
        byte[] header = json.append("}").toString().getBytes(StandardCharsets.US_ASCII);
        Path file = folder.resolve("sparse.safetensors");
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(header.length)
                            .array());
            out.write(header);
            out.setLength(8 + header.length + count * 4L * values);
        }
        assertThatIOException()
                .isThrownBy(() -> Safetensors.read(file))
                .withMessageStartingWith(file + " must fit the memory, but its tensors take")
                .withMessageEndingWith("raise -Xmx");
    }

    private static SsldWeights read(Path file) throws IOException {
        return SsldWeights.read(file, () -> SmallModel.MOBILENET_X0_6.newBlock(1));
    }

    @Test
    void params_mutated_parametersOrAnIOException() throws Exception {
        try (Model model = Model.newInstance("net", "PyTorch")) {
            Block block = SmallModel.MOBILENET_X0_6.newBlock(3);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 28, 28));
            model.setBlock(block);
            model.save(folder, "net");
        }
        Path file = folder.resolve("net-0000.params");
        byte[] good = Files.readAllBytes(file);
        assertThat(read(file).parameterCount(SmallModel.MOBILENET_X0_6.newBlock(3))).isPositive();
        Random random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 60; i++) {
            byte[] mutated = good.clone();
            // Headers are at the beginning and before each array.
            for (int change = 0; change < 4; change++) {
                mutated[random.nextInt(400)] = (byte) random.nextInt(256);
            }
            Files.write(file, mutated);
            try {
                read(file);
            } catch (IOException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void params_arrayLongerThanTheFile_isRefusedBeforeMemoryIsTaken() throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(64);
        bytes.put("\0\4NDAR".getBytes(StandardCharsets.US_ASCII)).putInt(3).put((byte) 0);
        bytes.putShort((short) 0).putShort((short) 0);
        bytes.putInt(1).putLong(5).putInt(1).putChar('?').put((byte) '>');
        bytes.putInt(2_000_000_000);
        Path file = Files.write(folder.resolve("net-0000.params"), bytes.array());
        assertThatIOException()
                .isThrownBy(() -> read(file))
                .withMessageContaining("bytes, but at byte 34 has one of 2000000000");
    }
}
