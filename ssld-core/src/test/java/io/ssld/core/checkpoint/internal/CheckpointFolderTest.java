package io.ssld.core.checkpoint.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.checkpoint.CheckpointException;
import io.ssld.weights.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFolderTest {

    private static final String STATE = "{\"epoch\": 3, \"text\": \"ä \\\" 4\"}";

    private static final String OLD_STATE =
            "{\"epoch\": 3, \"text\": \"ä \\\" 4 <b> & 'q' = \u2028 \\u0001\"}\n\t";

    @TempDir private Path folder;

    private NDManager manager;

    @BeforeEach
    void setUp() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void tearDown() {
        manager.close();
    }

    /**
     * Every type, an odd number of bytes in the middle, a scalar and values that are not numbers.
     */
    private Map<String, NDArray> arrays(float shift) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        arrays.put(
                "weight",
                manager.create(new float[] {1 + shift, -0f, Float.NaN, 4}, new Shape(2, 2)));
        arrays.put("flags", manager.create(new boolean[] {true, shift > 0, true}));
        arrays.put("half", manager.create(new float[] {shift, 2}).toType(DataType.FLOAT16, true));
        arrays.put("wide", manager.create(new double[] {1 / 3.0 + shift}));
        arrays.put("count", manager.create(7L + (long) shift));
        arrays.put("small", manager.create(new byte[] {1, (byte) shift, -3}));
        return arrays;
    }

    private static Map<String, byte[]> bytes(Map<String, NDArray> arrays) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        arrays.forEach((name, array) -> bytes.put(name, array.toByteArray()));
        return bytes;
    }

    @Test
    void save_andNewest_bringBackEveryBit() throws Exception {
        CheckpointFolder checkpoints = new CheckpointFolder(folder.resolve("new"), 2);
        checkpoints.save(5, STATE, arrays(0), OptionalLong.empty());
        CheckpointFolder.Found found = newest(checkpoints);
        assertThat(found.steps()).isEqualTo(5);
        assertThat(found.state()).isEqualTo(STATE);
        assertThat(found.refused()).isEmpty();
        Map<String, NDArray> target = arrays(9);
        found.arrays().copyInto(target, manager);
        assertThat(bytes(target)).usingRecursiveComparison().isEqualTo(bytes(arrays(0)));
    }

    /** Names and a text that need escapes, and an array without values, as an old file has them. */
    private Map<String, NDArray> oldArrays(float shift) {
        Map<String, NDArray> arrays = arrays(shift);
        arrays.put(
                "<odd> 'name' & \u2028 = ä",
                manager.create(new int[] {1 + (int) shift, -2}, new Shape(2)));
        arrays.put("none", manager.create(new Shape(0, 3)));
        return arrays;
    }

    /** The file was written by the first version of the format's code. */
    @Test
    void newest_fileOfTheFirstVersion_isReadAndWrittenToTheByte() throws Exception {
        byte[] old;
        try (InputStream in = CheckpointFolderTest.class.getResourceAsStream("first.safetensors")) {
            old = Objects.requireNonNull(in).readAllBytes();
        }
        Path file = Files.write(folder.resolve("step-000000000007.safetensors"), old);
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 2);
        CheckpointFolder.Found found = newest(checkpoints);
        assertThat(found.steps()).isEqualTo(7);
        assertThat(found.state()).isEqualTo(OLD_STATE);
        Map<String, NDArray> target = oldArrays(9);
        found.arrays().copyInto(target, manager);
        assertThat(bytes(target)).usingRecursiveComparison().isEqualTo(bytes(oldArrays(0)));
        assertThat(found.arrays().bytes("small")).containsExactly(1, 0, -3);

        checkpoints.save(8, OLD_STATE, oldArrays(0), OptionalLong.empty());
        assertThat(folder.resolve("step-000000000008.safetensors")).hasBinaryContent(old);
        assertThat(Safetensors.read(file).tensors()).containsOnlyKeys(oldArrays(0).keySet());
    }

    @Test
    void save_halfASurrogatePair_isSavedAsAQuestionMark() throws Exception {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 1);
        checkpoints.save(1, "name \ud800", arrays(0), OptionalLong.empty());
        assertThat(newest(checkpoints).state()).isEqualTo("name ?");
    }

    @Test
    void save_arrayWithGradient_isRestoredInPlace() throws Exception {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 1);
        NDArray weight = manager.create(new float[] {1, 2});
        checkpoints.save(1, STATE, Map.of("w", weight), OptionalLong.empty());
        NDArray target = manager.create(new float[] {5, 6});
        target.setRequiresGradient(true);
        newest(checkpoints).arrays().copyInto(Map.of("w", target), manager);
        assertThat(target.toFloatArray()).containsExactly(1, 2);
        assertThat(target.hasGradient()).isTrue();
    }

    @Test
    void newest_emptyOrMissingFolder_findsNothing() throws Exception {
        assertThat(new CheckpointFolder(folder, 1).newest()).isNull();
        assertThat(new CheckpointFolder(folder.resolve("none"), 1).newest()).isNull();
        Files.writeString(folder.resolve("step-7.safetensors"), "not ours");
        assertThat(new CheckpointFolder(folder, 1).newest()).isNull();
    }

    @Test
    void save_moreThanKept_deletesTheOldestButNotTheBest() throws Exception {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 2);
        for (long step = 1; step <= 6; step++) {
            checkpoints.save(step, STATE, arrays(0), OptionalLong.of(3));
        }
        assertThat(names())
                .containsExactly(
                        "step-000000000003.safetensors",
                        "step-000000000005.safetensors",
                        "step-000000000006.safetensors");
    }

    @Test
    void save_thatFails_leavesTheOnesBefore() throws Exception {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 1);
        checkpoints.save(1, STATE, arrays(0), OptionalLong.empty());
        // A map that breaks off in the middle stands in for a disk that is full.
        Map<String, NDArray> broken = arrays(1);
        NDArray closed = manager.create(new float[] {1});
        broken.put("last", closed);
        closed.close();
        assertThatThrownBy(() -> checkpoints.save(2, STATE, broken, OptionalLong.empty()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(names()).containsExactly("step-000000000001.safetensors");
        assertThat(newest(checkpoints).steps()).isEqualTo(1);
    }

    @Test
    void newest_anyTruncation_isRefusedAndTheOneBeforeUsed() throws Exception {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 2);
        checkpoints.save(1, STATE, arrays(0), OptionalLong.empty());
        checkpoints.save(2, STATE, arrays(1), OptionalLong.empty());
        Path newest = folder.resolve("step-000000000002.safetensors");
        byte[] whole = Files.readAllBytes(newest);
        for (int length = 0; length < whole.length; length += 13) {
            Files.write(newest, Arrays.copyOf(whole, length));
            CheckpointFolder.Found found = newest(checkpoints);
            assertThat(found.steps()).as("%d bytes left", length).isEqualTo(1);
            assertThat(found.refused())
                    .singleElement()
                    .asString()
                    .contains("step-000000000002.safetensors must");
        }
    }

    @Test
    void newest_anyChangedBit_isFound() throws Exception {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 2);
        checkpoints.save(1, STATE, arrays(0), OptionalLong.empty());
        Path file = folder.resolve("step-000000000001.safetensors");
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, changed);
            assertThatThrownBy(checkpoints::newest)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("start the run anew");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "hello, world, this is no checkpoint",
                "\u0008\0\0\0\0\0\0\0{\"a\":1}"
            })
    void newest_somethingElse_isRefused(String content) throws Exception {
        Files.writeString(folder.resolve("step-000000000001.safetensors"), content);
        assertThatThrownBy(new CheckpointFolder(folder, 1)::newest)
                .isInstanceOf(CheckpointException.class);
    }

    @Test
    void copyInto_otherArrays_namesTheFirstAndCopiesNothing() throws Exception {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 1);
        checkpoints.save(1, STATE, arrays(0), OptionalLong.empty());
        CheckpointFolder.TensorSource source = newest(checkpoints).arrays();

        Map<String, NDArray> missing = arrays(3);
        missing.put("more", manager.create(1f));
        refused(source, missing, "more", "no such array");

        Map<String, NDArray> fewer = arrays(3);
        fewer.remove("wide");
        refused(source, fewer, "wide", "too");

        Map<String, NDArray> reshaped = arrays(3);
        reshaped.put("weight", manager.create(new float[] {1, 2, 3, 4}, new Shape(4)));
        refused(source, reshaped, "weight", "F32 (2, 2)");

        Map<String, NDArray> retyped = arrays(3);
        retyped.put("wide", manager.create(new float[] {1}));
        refused(source, retyped, "wide", "F64 (1)");
    }

    private void refused(
            CheckpointFolder.TensorSource source, Map<String, NDArray> arrays, String... texts) {
        byte[] before = Objects.requireNonNull(arrays.get("flags")).toByteArray();
        assertThatThrownBy(() -> source.copyInto(arrays, manager))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(texts);
        assertThat(Objects.requireNonNull(arrays.get("flags")).toByteArray()).isEqualTo(before);
    }

    private static CheckpointFolder.Found newest(CheckpointFolder checkpoints) throws IOException {
        return Objects.requireNonNull(checkpoints.newest(), "newest");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
