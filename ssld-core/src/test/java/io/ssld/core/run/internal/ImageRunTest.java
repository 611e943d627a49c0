package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.ssld.core.Distiller;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.RunStart;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.images.view.ViewSampler;
import io.ssld.losses.DistillationLoss;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on image files: three classes by colour, some files broken, some without labels. */
class ImageRunTest {

    private static final Color[] COLOURS = {Color.RED, Color.GREEN, Color.BLUE};

    @TempDir private Path folder;

    private ImageList labelled;
    private ImageList validation;

    @BeforeEach
    void setUp() throws IOException {
        labelled = images("train", 48);
        validation = images("val", 30);
    }

    @Test
    void distill_brokenImages_goesOnWithoutThemAndSaysSo() throws Exception {
        Files.writeString(folder.resolve("train/3.png"), "not an image");
        Files.delete(folder.resolve("train/7.png"));
        Files.write(folder.resolve("val/5.png"), new byte[0]);
        Path run = folder.resolve("run");
        try (Model student = student()) {
            DistillationResult result =
                    Distiller.builder()
                            .setTeacher(colourTeacher())
                            .setStudent(student)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe())
                            .optWorkers(2)
                            .optRunFolder(run)
                            .build()
                            .distill(labelled.unlabelled(), validation);
            assertThat(result.training().quarantined()).hasSize(3);
            assertThat(result.teacherEvaluation().examples()).isEqualTo(29);
            assertThat(result.teacherEvaluation().top1()).isEqualTo(1);
            assertThat(result.training().evaluation().top1()).isEqualTo(1);
        }
        assertThat(Files.readString(run.resolve("quarantine.csv")))
                .contains("3.png", "7.png", "5.png");
        assertThat(Files.readString(run.resolve("provenance.json")))
                .contains("\"quarantined\": 3", labelled.unlabelled().digest());
    }

    @Test
    void distill_teacherOfAnotherNormalization_seesItsOwn() throws Exception {
        Normalization half = Normalization.HALF;
        Teacher wantsHalf =
                new RunTeacher() {
                    @Override
                    public NDArray logits(NDList inputs) {
                        // Red, green or blue at full strength is +1 in this normalisation, and only
                        // in this one.
                        NDArray mean = inputs.head().mean(new int[] {2}).mean(new int[] {2});
                        assertThat(mean.max().getFloat()).isBetween(0.7f, 1.001f);
                        return mean.mul(5);
                    }

                    @Override
                    public Optional<Normalization> normalization() {
                        return Optional.of(half);
                    }
                };
        try (Model student = student()) {
            DistillationResult result =
                    Distiller.builder()
                            .setTeacher(wantsHalf)
                            .setStudent(student)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe())
                            .build()
                            .distill(labelled, validation);
            assertThat(result.teacherEvaluation().top1()).isEqualTo(1);
        }
    }

    @Test
    void train_anyWorkerCount_givesTheSameNetwork() throws Exception {
        assertThat(weightsAfter(1)).containsExactly(weightsAfter(3));
    }

    private float[] weightsAfter(int workers) throws Exception {
        try (Model model = student()) {
            SupervisedTrainer.builder()
                    .setModel(model)
                    .optRecipe(recipe())
                    .optWorkers(workers)
                    .build()
                    .train(labelled, validation);
            return model.getBlock().getParameters().valueAt(0).getArray().toFloatArray();
        }
    }

    @Test
    void train_unlabelledImage_isRefusedByName() {
        ImageList mixed = labelled.merge(labelled.unlabelled());
        assertRefused(mixed, validation, "training images must be labelled to train without a");
    }

    @Test
    void train_labelBeyondTheClasses_isRefusedByName() {
        ImageList wrong = new ImageList(folder, List.of(new ImageEntry(Path.of("train/1.png"), 3)));
        assertRefused(
                labelled.merge(wrong),
                validation,
                "training labels must be less than the networks' 3 classes, but train/1.png has 3");
        assertRefused(
                labelled,
                validation.unlabelled(),
                "validation images must be labelled, but val/0.png has no label");
    }

    @Test
    void train_batchLargerThanTheList_isRefused() {
        try (Model model = student()) {
            SupervisedTrainer trainer =
                    SupervisedTrainer.builder()
                            .setModel(model)
                            .optRecipe(
                                    Recipe.ssld().optEpochs(1).optBatchSize(49).optSize(8).build())
                            .build();
            assertThatThrownBy(() -> trainer.train(labelled, validation))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("49")
                    .hasMessageContaining("48");
        }
    }

    @Test
    void build_noWorkers_isRefused() {
        try (Model model = student()) {
            assertThatThrownBy(
                            () -> SupervisedTrainer.builder().setModel(model).optWorkers(0).build())
                    .hasMessage("optWorkers must be at least 1, but was 0");
        }
    }

    private void assertRefused(ImageList training, ImageList measured, String message) {
        try (Model model = student()) {
            SupervisedTrainer trainer =
                    SupervisedTrainer.builder().setModel(model).optRecipe(recipe()).build();
            assertThatThrownBy(() -> trainer.train(training, measured))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
        }
    }

    private static Recipe recipe() {
        return Recipe.ssld()
                .optEpochs(8)
                .optBatchSize(12)
                .optLearningRate(0.05)
                .optSize(8)
                .optViews(ViewSampler.builder().optArea(0.5, 1).build())
                .build();
    }

    private static Teacher colourTeacher() {
        return inputs -> inputs.head().mean(new int[] {2}).mean(new int[] {2}).mul(5);
    }

    private static Model student() {
        Model model = Model.newInstance("student", "PyTorch");
        Block block =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(8).build())
                        .add(Activation::relu)
                        .add(Linear.builder().setUnits(3).build());
        model.setBlock(block);
        block.setInitializer(
                (manager, shape, type) -> manager.randomNormal(0, 0.1f, shape, type),
                parameter -> true);
        return model;
    }

    private ImageList images(String part, int count) throws IOException {
        Files.createDirectories(folder.resolve(part));
        Random random = new Random(part.hashCode());
        List<ImageEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int label = i % 3;
            BufferedImage image = new BufferedImage(12, 10, BufferedImage.TYPE_INT_RGB);
            for (int x = 0; x < 12; x++) {
                for (int y = 0; y < 10; y++) {
                    boolean speck = random.nextInt(20) == 0;
                    image.setRGB(x, y, speck ? 0 : COLOURS[label].getRGB());
                }
            }
            Path name = Path.of(part, i + ".png");
            ImageIO.write(image, "png", folder.resolve(name).toFile());
            entries.add(new ImageEntry(name, label));
        }
        return new ImageList(folder, entries);
    }

    private Distiller.Builder distiller(Teacher teacher, Model student) {
        return Distiller.builder()
                .setTeacher(teacher)
                .setStudent(student)
                .setLoss(DistillationLoss.symmetricKl())
                .optRecipe(recipe())
                .optWorkers(1);
    }

    private static Teacher named(String... names) {
        return new RunTeacher() {
            @Override
            public NDArray logits(NDList inputs) {
                return colourTeacher().logits(inputs);
            }

            @Override
            public List<String> classNames() {
                return List.of(names);
            }
        };
    }

    @Test
    void distill_listOfMostlyMissingImages_isRefusedUnlessAllowed_andCountsThoseThatExist()
            throws Exception {
        List<ImageEntry> entries = new ArrayList<>(labelled.entries());
        for (int i = 0; i < 500; i++) {
            entries.add(new ImageEntry(Path.of("nowhere/" + i + ".png"), 0));
        }
        ImageList lines = new ImageList(labelled.root(), entries);
        List<RunStart> starts = new ArrayList<>();
        RunListener listener =
                new RunListener() {
                    @Override
                    public void onStart(RunStart start) {
                        starts.add(start);
                    }
                };
        try (Model student = student();
                Model other = student()) {
            assertThatThrownBy(
                            () ->
                                    distiller(colourTeacher(), student)
                                            .build()
                                            .distill(lines, validation))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("500 of 548 are missing, the first: ")
                    .hasMessageContaining("optAllowMissing(true)");
            distiller(colourTeacher(), student)
                    .optAllowMissing(true)
                    .addListener(listener)
                    .build()
                    .distill(lines, validation);
            distiller(colourTeacher(), other)
                    .addListener(listener)
                    .build()
                    .distill(labelled, validation);
        }
        assertThat(starts.get(0).stepsPerEpoch()).isEqualTo(starts.get(1).stepsPerEpoch());
    }

    @Test
    void train_namedClassWithoutAnImage_isRefused() throws Exception {
        ImageList named = labelled.withClassNames(List.of("red", "green", "blue", "grey"));
        try (Model student = student()) {
            assertThatThrownBy(
                            () ->
                                    SupervisedTrainer.builder()
                                            .setModel(student)
                                            .optRecipe(recipe())
                                            .build()
                                            .train(named, validation))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("there was none of class 3 'grey'");
        }
    }

    @Test
    void distill_classesOfOtherNamesOrOrder_areRefused() throws Exception {
        ImageList measured = validation.withClassNames(List.of("red", "green", "blue"));
        try (Model student = student()) {
            assertThatThrownBy(
                            () ->
                                    distiller(named("blue", "green", "red"), student)
                                            .build()
                                            .distill(labelled.unlabelled(), measured))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "validation images must be the same in the same order, but 2 of 3 are"
                                    + " in another order: class 0 is 'blue' and 'red'");
            assertThatThrownBy(
                            () ->
                                    distiller(colourTeacher(), student)
                                            .build()
                                            .distill(
                                                    labelled.withClassNames(List.of("x", "y", "z")),
                                                    measured))
                    .hasMessageContaining("training images and validation images");
            distiller(named("red", "green", "blue"), student).build().distill(labelled, measured);
        }
    }

    @Test
    void average_ofTeachersWithOtherNames_isRefused() {
        Teacher one = named("a", "b", "c");
        assertThatThrownBy(
                        () -> Teacher.average(List.of(one, colourTeacher(), named("a", "c", "b"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("class 1 is 'b' and 'c'");
        assertThat(Teacher.average(List.of(colourTeacher(), one)).classNames())
                .containsExactly("a", "b", "c");
    }
}
