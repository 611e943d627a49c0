package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import io.ssld.core.Distiller;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.checkpoint.CheckpointPolicy;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.losses.DistillationLoss;
import io.ssld.losses.Divergences;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A setting that would do nothing is an error, or the run says the truth about it. */
class IgnoredSettingsTest {

    @TempDir private Path folder;
    private NDManager manager;
    private Model teacher;
    private Model student;

    @BeforeEach
    void setUp() {
        manager = NDManager.newBaseManager("PyTorch");
        teacher = Fixtures.model("teacher", Fixtures.mlp(Fixtures.CLASSES), 1);
        student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 2);
    }

    @AfterEach
    void tearDown() {
        student.close();
        teacher.close();
        manager.close();
    }

    private Dataset table(long seed) {
        return Fixtures.table(manager, 32, 16, seed);
    }

    private Distiller.Builder distiller() {
        return Distiller.builder()
                .setStudent(student)
                .setTeacher(Teacher.of(teacher))
                .setLoss(DistillationLoss.symmetricKl());
    }

    private static DistillationLoss withHardLabels() {
        return DistillationLoss.builder()
                .setDivergence(Divergences::symmetricKl)
                .optHardLabelWeight(1)
                .build();
    }

    /** What the log says meanwhile. */
    private static String log(Running what) throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            what.run();
        } finally {
            System.setErr(before);
        }
        return written.toString(StandardCharsets.UTF_8);
    }

    private interface Running {
        void run() throws Exception;
    }

    @Test
    void build_labelSmoothingWhereNobodySmooths_refused() {
        Recipe smoothing = Recipe.ssld().optLabelSmoothing(0.1).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> distiller().optRecipe(smoothing).build())
                .withMessageContaining("labelSmoothing of the recipe must be 0 with a teacher")
                .withMessageContaining("0.1");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                SupervisedTrainer.builder()
                                        .setModel(student)
                                        .optLoss(Loss.softmaxCrossEntropyLoss())
                                        .optRecipe(smoothing)
                                        .build())
                .withMessageContaining("must be 0 with a loss of your own");
        assertThat(SupervisedTrainer.builder().setModel(student).optRecipe(smoothing).build())
                .isNotNull();
    }

    @Test
    void setStudent_modelOfAnotherDataType_refusedAndRemedyNamed() {
        for (DataType type : List.of(DataType.FLOAT16, DataType.BFLOAT16, DataType.FLOAT64)) {
            student.setDataType(type);
            String message =
                    "data type of the student's model student must be FLOAT32, whose weights a run"
                            + " trains, but was "
                            + type.name();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Distiller.builder().setStudent(student))
                    .withMessageContaining(message)
                    .withMessageContaining(
                            type == DataType.FLOAT64
                                    ? "leave setDataType out"
                                    : "optPrecision(Precision." + type.name() + ")");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SupervisedTrainer.builder().setModel(student))
                    .withMessageContaining(message);
        }
        student.setDataType(DataType.FLOAT32);
        assertThat(distiller().build()).isNotNull();
    }

    @Test
    void build_checkpointsWithoutFolder_refused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> distiller().optCheckpoints(CheckpointPolicy.standard()).build())
                .withMessageContaining("runFolder must be set to save checkpoints");
    }

    @Test
    void distill_datasetAndWorkers_saysSo() throws Exception {
        Recipe recipe = Recipe.ssld().optEpochs(1).build();
        Distiller workers = distiller().optRecipe(recipe).optWorkers(2).build();
        assertThat(log(() -> workers.distill(table(1), table(2))))
                .contains("optWorkers is not used on a data set");
        Distiller tuned = distiller().optRecipe(recipe).optAutoTune(true).build();
        assertThat(log(() -> tuned.distill(table(1), table(2))))
                .contains("optAutoTune is not used on a data set");
    }

    @Test
    void distill_dataset_provenanceHasWhatWasUsedAndTheLogSaysSo() throws Exception {
        Path run = folder.resolve("run");
        Recipe recipe = Recipe.ssld().optEpochs(1).optBatchSize(256).optSize(96).build();
        assertThat(recipe.toMap()).containsKeys("views", "height");
        Distiller built = distiller().optRecipe(recipe).optRunFolder(run).build();
        String log = log(() -> built.distill(table(1), table(2)));
        assertThat(log)
                .contains("size and views are not used")
                .contains("batch size of 256 neither: they hold 16 examples");
        assertThat(Files.readString(run.resolve("provenance.json")))
                .contains("\"batchSize\": 16")
                .doesNotContain("\"views\"", "\"height\"", "\"width\"");
    }

    @Test
    void distill_lossThatDoesNotLookAtTheTeacher_saysSo() throws Exception {
        DistillationLoss hard =
                DistillationLoss.builder()
                        .setDivergence(Divergences::symmetricKl)
                        .optWeight(0)
                        .optHardLabelWeight(1)
                        .build();
        Distiller built =
                Distiller.builder()
                        .setStudent(student)
                        .setTeacher(Teacher.of(teacher))
                        .setLoss(hard)
                        .optRecipe(Recipe.ssld().optEpochs(1).build())
                        .build();
        assertThat(log(() -> built.distill(table(1), table(2))))
                .contains("is the same whatever the teacher teacher says");
    }

    @Test
    void distill_hardLabelsAndUnlabelledDataset_saysSo() throws Exception {
        Distiller built =
                Distiller.builder()
                        .setStudent(student)
                        .setTeacher(Teacher.of(teacher))
                        .setLoss(withHardLabels())
                        .optRecipe(Recipe.ssld().optEpochs(1).build())
                        .build();
        assertThat(log(() -> built.distill(Fixtures.unlabelled(manager, 32, 16, 1), table(2))))
                .contains("has a term for labels, but no example of the first batch has one");
    }

    @Test
    void distill_teacherThatGuesses_saysSoAndAGoodOneNot() throws Exception {
        Teacher guessing = inputs -> inputs.head().get(":, :3").mul(0).add(1);
        Teacher knowing = inputs -> inputs.head().get(":, :3").mul(3);
        Recipe recipe = Recipe.ssld().optEpochs(1).build();
        for (boolean good : new boolean[] {true, false}) {
            Distiller built =
                    Distiller.builder()
                            .setStudent(student)
                            .setTeacher(good ? knowing : guessing)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe)
                            .build();
            String log = log(() -> built.distill(table(1), Fixtures.table(manager, 128, 16, 2)));
            String suspicion = "teacher function should know the classes, but was right on";
            if (good) {
                assertThat(log).doesNotContain(suspicion);
            } else {
                assertThat(log).contains(suspicion);
            }
        }
    }

    @Test
    void tail_smallCases_handComputed() {
        assertThat(ChanceTest.tail(4, 4, 0.5)).isCloseTo(0.0625, within(1e-12));
        assertThat(ChanceTest.tail(4, 3, 0.5)).isCloseTo(0.3125, within(1e-12));
        assertThat(ChanceTest.tail(4, 0, 0.5)).isEqualTo(1);
        assertThat(ChanceTest.tail(10, 11, 0.5)).isZero();
        assertThat(ChanceTest.tail(256, 256, 1)).isEqualTo(1);
    }

    private ImageList images(int count, int label) throws IOException {
        List<ImageEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            image.setRGB(i % 8, i / 8, 0xff << (8 * (i % 3)));
            Path name = Path.of(label + "-" + i + ".png");
            ImageIO.write(image, "png", folder.resolve(name).toFile());
            entries.add(
                    label < 0
                            ? new ImageEntry(name, -1)
                            : new ImageEntry(name, label == 9 ? 7 : i % 3));
        }
        return new ImageList(folder, entries);
    }

    private Distiller onImages(Model learner, DistillationLoss loss) {
        Teacher colours = inputs -> inputs.head().mean(new int[] {2}).mean(new int[] {2}).mul(5);
        learner.setBlock(
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(3).build()));
        return Distiller.builder()
                .setStudent(learner)
                .setTeacher(colours)
                .setLoss(loss)
                .optWorkers(1)
                .optRecipe(Recipe.ssld().optEpochs(1).optBatchSize(6).optSize(8).build())
                .build();
    }

    @Test
    void distill_labelsBeyondTheClasses_notLookedAtByALabelFreeLoss() throws Exception {
        ImageList beyond = images(12, 9);
        ImageList validation = images(12, 0);
        try (Model learner = Model.newInstance("learner", "PyTorch")) {
            onImages(learner, DistillationLoss.symmetricKl()).distill(beyond, validation);
        }
        try (Model learner = Model.newInstance("learner", "PyTorch")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> onImages(learner, withHardLabels()).distill(beyond, validation))
                    .withMessageContaining("training labels must be less than the networks' 3");
        }
    }

    @Test
    void distill_hardLabelsAndUnlabelledImages_refused() throws Exception {
        ImageList pool = images(12, -1);
        ImageList validation = images(12, 0);
        try (Model learner = Model.newInstance("learner", "PyTorch")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> onImages(learner, withHardLabels()).distill(pool, validation))
                    .withMessageContaining("training images must be labelled, at least some")
                    .withMessageContaining("none of 12 is");
            onImages(learner, withHardLabels()).distill(pool.merge(validation), validation);
        }
    }
}
