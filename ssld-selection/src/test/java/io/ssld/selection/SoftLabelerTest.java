package io.ssld.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoftLabelerTest {

    @TempDir private Path folder;
    private ImageList pool = new ImageList(Path.of("."), List.of());
    private Path table = Path.of("");

    /** Logits: the mean red, green and blue, times ten. */
    private static NDArray colours(NDList inputs) {
        return inputs.head().mean(new int[] {3}).mean(new int[] {2}).mul(10);
    }

    @BeforeEach
    void makePool() throws Exception {
        pool = Pool.write(folder.resolve("pool"), 23);
        table = folder.resolve("labels.tsv");
    }

    private static SoftLabeler.Builder labeler(Teacher teacher) {
        return SoftLabeler.builder()
                .addTeacher(teacher)
                .setSize(8)
                .optNormalization(Normalization.NONE)
                .optBatchSize(4)
                .optShardSize(10)
                .optWorkers(2);
    }

    private List<SoftLabel> rows() throws Exception {
        return SoftLabelTable.open(table).readAll();
    }

    @Test
    void label_pool_writesDigestPathAndSoftmax() throws Exception {
        LabelResult result =
                labeler(SoftLabelerTest::colours).optTopK(2).build().label(pool, table);
        assertThat(result.images()).isEqualTo(23);
        assertThat(result.resumed()).isZero();
        assertThat(result.quarantined()).isEmpty();
        LabelFacts facts = SoftLabelTable.open(table).facts();
        assertThat(facts.classes()).isEqualTo(3);
        assertThat(facts.topK()).isEqualTo(2);
        assertThat(facts.teacher()).isEqualTo("function");
        assertThat(facts.view())
                .isEqualTo("short side 9, centre 8x8, mean [0.0, 0.0, 0.0], std [1.0, 1.0, 1.0]");
        List<SoftLabel> rows = rows();
        assertThat(rows).hasSize(23);
        // Image 2 is (74, 182, 2): softmax of these / 25.5.
        SoftLabel second = rows.get(2);
        assertThat(second.path()).isEqualTo("002.png");
        double[] e = {Math.exp(74 / 25.5), Math.exp(182 / 25.5), Math.exp(2 / 25.5)};
        double sum = e[0] + e[1] + e[2];
        assertThat(second.scores().get(0).classNumber()).isEqualTo(1);
        assertThat((double) second.scores().get(0).probability())
                .isCloseTo(e[1] / sum, org.assertj.core.data.Offset.offset(1e-5));
        assertThat(second.scores().get(1).classNumber()).isZero();
        byte[] sha =
                java.security.MessageDigest.getInstance("SHA-256")
                        .digest(Files.readAllBytes(folder.resolve("pool/002.png")));
        assertThat(java.util.HexFormat.of().formatHex(sha)).startsWith(second.digestText());
        assertThat(LabelParts.folder(table)).doesNotExist();
        assertThat(LabelParts.quarantineFile(table)).hasContent("path,reason\n");
    }

    @Test
    void label_killedAtAnyBatch_resumesToTheSameBytes() throws Exception {
        Files.writeString(folder.resolve("pool/005.png"), "broken");
        Files.delete(folder.resolve("pool/017.png"));
        labeler(SoftLabelerTest::colours).build().label(pool, table);
        byte[] whole = Files.readAllBytes(table);
        for (int batches = 1; batches <= 6; batches++) {
            Path again = folder.resolve("again-" + batches + ".tsv");
            int[] left = {batches};
            SoftLabeler killed =
                    labeler(SoftLabelerTest::colours)
                            .addListener(
                                    progress -> {
                                        if (left[0]-- == 0) {
                                            throw new IllegalStateException("killed");
                                        }
                                    })
                            .build();
            assertThatIllegalStateException().isThrownBy(() -> killed.label(pool, again));
            assertThat(again).doesNotExist();
            LabelResult result = labeler(SoftLabelerTest::colours).build().label(pool, again);
            assertThat(result.resumed()).isEqualTo(batches < 4 ? 0 : batches < 7 ? 10 : 20);
            assertThat(result.images()).isEqualTo(21);
            assertThat(result.quarantined())
                    .extracting(bad -> bad.path().toString())
                    .containsExactly("005.png", "017.png");
            assertThat(again).hasBinaryContent(whole);
        }
    }

    @Test
    void label_unusableImages_areQuarantinedAndTheRunGoesOn() throws Exception {
        // A whole shard of them, too.
        for (int i = 0; i < 10; i++) {
            Files.write(
                    folder.resolve(String.format(Locale.ROOT, "pool/%03d.png", i)), new byte[0]);
        }
        Files.delete(folder.resolve("pool/022.png"));
        List<LabelProgress> seen = new ArrayList<>();
        LabelResult result =
                labeler(SoftLabelerTest::colours).addListener(seen::add).build().label(pool, table);
        assertThat(result.images()).isEqualTo(12);
        assertThat(rows()).hasSize(12);
        assertThat(result.quarantined()).hasSize(11);
        assertThat(Files.readAllLines(LabelParts.quarantineFile(table)))
                .hasSize(12)
                .contains("\"000.png\",\"file is empty\"", "\"022.png\",\"file not found\"");
        LabelProgress last = seen.get(seen.size() - 1);
        assertThat(last.done()).isEqualTo(23);
        assertThat(last.total()).isEqualTo(23);
        assertThat(last.quarantined()).isEqualTo(11);
        assertThat(last.imagesPerSecond()).isPositive();
        assertThat(last.secondsLeft()).isZero();
    }

    @Test
    void label_noUsableImage_failsAndSaysWhy() throws Exception {
        Path file = folder.resolve("pool/000.png");
        Files.writeString(file, "broken");
        ImageList one = new ImageList(pool.root(), pool.entries().subList(0, 1));
        assertThatIOException()
                .isThrownBy(() -> labeler(SoftLabelerTest::colours).build().label(one, table))
                .withMessageContaining("none of 1 could, the first: 000.png");
        assertThat(table).doesNotExist();
        assertThat(LabelParts.quarantineFile(table)).isNotEmptyFile();
    }

    @Test
    void label_pathsTwice_areLabelledOnce() throws Exception {
        List<ImageEntry> twice = new ArrayList<>(pool.entries());
        twice.add(new ImageEntry(Path.of("../pool/003.png"), 1));
        twice.add(new ImageEntry(Path.of("004.png"), 1));
        labeler(SoftLabelerTest::colours).build().label(new ImageList(pool.root(), twice), table);
        assertThat(rows()).hasSize(23);
    }

    @Test
    void label_severalTeachers_averagesProbabilities() throws Exception {
        Teacher red = inputs -> shifted(inputs, 100, 0);
        Teacher green = inputs -> shifted(inputs, 0, 100);
        labeler(red).addTeacher(green).build().label(pool, table);
        assertThat(rows())
                .allSatisfy(
                        row ->
                                assertThat(row.scores().subList(0, 2))
                                        .containsExactly(
                                                new ClassScore(0, 0.5f), new ClassScore(1, 0.5f)));
    }

    private static NDArray shifted(NDList inputs, float red, float green) {
        NDArray logits = colours(inputs).mul(0);
        return logits.add(inputs.head().getManager().create(new float[] {red, green, 0}));
    }

    @Test
    void label_networkOverOtherOrder_saysTheSameOfAnImage() throws Exception {
        try (Model model = Model.newInstance("net", "PyTorch")) {
            Block block = network();
            model.setBlock(block);
            model.getNDManager().getEngine().setRandomSeed(3);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 8, 8));
            RunTeacher teacher = Teacher.of(model);
            labeler(teacher).optTopK(5).build().label(pool, table);
            List<ImageEntry> shuffled = new ArrayList<>(pool.entries().subList(0, 17));
            Collections.shuffle(shuffled, new Random(1));
            Path other = folder.resolve("other.tsv");
            labeler(teacher).optTopK(5).build().label(new ImageList(pool.root(), shuffled), other);
            assertThat(new HashSet<>(rows())).containsAll(SoftLabelTable.open(other).readAll());
            assertThat(SoftLabelTable.open(other).facts().teacherDigest())
                    .isEqualTo(teacher.digest())
                    .hasSize(64);
        }
    }

    private static Block network() {
        return new SequentialBlock()
                .add(Conv2d.builder().setFilters(8).setKernelShape(new Shape(3, 3)).build())
                .add(BatchNorm.builder().build())
                .add(Activation::relu)
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(11).build());
    }

    @Test
    void label_options_changeWhatTheTeacherSees() throws Exception {
        List<Shape> shapes = new ArrayList<>();
        Teacher looking =
                inputs -> {
                    shapes.add(inputs.head().getShape());
                    return colours(inputs);
                };
        SoftLabeler.builder()
                .addTeacher(looking)
                .setSize(5, 6)
                .optShortSide(7)
                .optBatchSize(16)
                .optWorkers(1)
                .build()
                .label(pool, table);
        assertThat(shapes).containsExactly(new Shape(16, 3, 5, 6), new Shape(16, 3, 5, 6));
        assertThat(SoftLabelTable.open(table).facts().view())
                .isEqualTo(
                        "short side 7, centre 5x6, mean [0.485, 0.456, 0.406], std [0.229, 0.224,"
                                + " 0.225]");
    }

    @Test
    void label_resumeOffOrOtherRun_isAnError() throws Exception {
        SoftLabeler killed =
                labeler(
                                inputs -> {
                                    throw new IllegalStateException("killed");
                                })
                        .build();
        assertThatIllegalStateException().isThrownBy(() -> killed.label(pool, table));
        assertThatIOException()
                .isThrownBy(
                        () ->
                                labeler(SoftLabelerTest::colours)
                                        .optResume(false)
                                        .build()
                                        .label(pool, table))
                .withMessageContaining("an earlier run was not finished");
        assertThatIOException()
                .isThrownBy(
                        () ->
                                labeler(SoftLabelerTest::colours)
                                        .optTopK(2)
                                        .build()
                                        .label(pool, table))
                .withMessageContaining("differs in #wanted 2");
        labeler(SoftLabelerTest::colours).build().label(pool, table);
        assertThatIOException()
                .isThrownBy(() -> labeler(SoftLabelerTest::colours).build().label(pool, table))
                .withMessageContaining("labels.tsv exists");
    }

    @Test
    void isDone_tellsTablesOfThisPoolAndView() throws Exception {
        SoftLabeler labeler = labeler(SoftLabelerTest::colours).build();
        assertThat(labeler.isDone(pool, table)).isFalse();
        labeler.label(pool, table);
        assertThat(labeler.isDone(pool, table)).isTrue();
        assertThat(labeler(SoftLabelerTest::colours).optTopK(2).build().isDone(pool, table))
                .isFalse();
        ImageList fewer = new ImageList(pool.root(), pool.entries().subList(1, 23));
        assertThat(labeler.isDone(fewer, table)).isFalse();
    }

    @Test
    void label_answersThatAreNoNumbers_nameTheImage() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                labeler(inputs -> colours(inputs).mul(Float.NaN))
                                        .build()
                                        .label(pool, table))
                .withMessageContaining("000.png was NaN");
    }

    @Test
    void builder_badSettings_sayWhatTheyMustBe() {
        assertThatIllegalStateException()
                .isThrownBy(() -> SoftLabeler.builder().setSize(8).build())
                .withMessage("teacher must be added before build()");
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> SoftLabeler.builder().addTeacher(SoftLabelerTest::colours).build())
                .withMessage("size must be set before build()");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labeler(SoftLabelerTest::colours).optShortSide(7).build())
                .withMessage("shortSide must be at least the input's 8, but was 7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labeler(SoftLabelerTest::colours).optTopK(0));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                labeler(SoftLabelerTest::colours)
                                        .build()
                                        .label(new ImageList(folder, List.of()), table))
                .withMessage("pool must hold an image, but is empty");
    }

    @Test
    void addTeacher_batchStatistics_areRefused() {
        try (Model model = Model.newInstance("net", "PyTorch")) {
            Block block = network();
            model.setBlock(block);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 8, 8));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> labeler(Teacher.of(model).withBatchStatistics()))
                    .withMessageContaining("must use evaluation statistics");
        }
    }
}
