package io.ssld.core.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.ArrayDataset;
import io.ssld.core.Distiller;
import io.ssld.core.data.BatchMixing;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.internal.BatchIterator;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.data.internal.ImageBatches;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.RunStoppedException;
import io.ssld.core.run.StopSignal;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.CenterCrop;
import io.ssld.images.view.RandomErasing;
import io.ssld.images.view.ViewSampler;
import io.ssld.losses.DistillationLoss;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Students that learn from a store. */
class ReplayRunTest {

    private static final int CLASSES = 5;

    @TempDir private Path folder;

    private ImageList images;
    private Model teacherModel;
    private RunTeacher live;

    @BeforeEach
    void setUp() throws Exception {
        images = LabelFixtures.images(folder.resolve("images"), 24, CLASSES);
        teacherModel = LabelFixtures.network(CLASSES, 1);
        live = Teacher.of(teacherModel);
    }

    @AfterEach
    void tearDown() {
        teacherModel.close();
    }

    private SoftLabelStore store(int views, int topK) throws Exception {
        return store(views, topK, LabelFixtures.VIEWS);
    }

    private SoftLabelStore store(int views, int topK, ViewSampler sampler) throws Exception {
        Path path = Files.createTempDirectory(folder, "store");
        LabelRecorder.builder()
                .addTeacher(live)
                .setViews(sampler)
                .setViewCount(views)
                .setSize(LabelFixtures.SIZE)
                .optSeed(3)
                .optTopK(topK)
                .optBatchSize(8)
                .build()
                .record(images, path);
        return SoftLabelStore.open(path);
    }

    private static RecipeBuilder recipe(int epochs) {
        return Recipe.ssld()
                .optEpochs(epochs)
                .optBatchSize(8)
                .optSize(LabelFixtures.SIZE)
                .optShortSide(LabelFixtures.SIZE)
                .optLearningRate(0.05)
                .optWarmupEpochs(0)
                .optViews(LabelFixtures.VIEWS)
                .optSeed(3)
                .build()
                .toBuilder();
    }

    private static Distiller.Builder distiller(Teacher teacher, Model student) {
        return Distiller.builder()
                .setTeacher(teacher)
                .setStudent(student)
                .setLoss(DistillationLoss.symmetricKl());
    }

    private float[] weightsAfter(Teacher teacher, Recipe recipe, Device... devices)
            throws Exception {
        try (Model student = LabelFixtures.network(CLASSES, 8)) {
            Distiller.Builder builder = distiller(teacher, student).optRecipe(recipe);
            if (devices.length > 0) {
                builder.optDevices(devices);
            }
            builder.build().distill(images.unlabelled(), images);
            return weights(student);
        }
    }

    private static float[] weights(Model model) {
        return model.getBlock().getParameters().valueAt(0).getArray().toFloatArray();
    }

    @Test
    void distill_allClassesStored_isTheLiveRunWithinHalfPrecision() throws Exception {
        SoftLabelStore store = store(4, CLASSES);
        Recipe recipe = recipe(4).build();
        float[] expected = weightsAfter(live, recipe);
        float[] recorded = weightsAfter(ReplayTeacher.of(store), recipe);
        assertThat(distance(expected, recorded)).isLessThan(2e-4f);
        // Where the tail goes does not matter when there is none.
        assertThat(weightsAfter(ReplayTeacher.of(store).withTail(TailPolicy.RENORMALIZE), recipe))
                .containsExactly(recorded);
        // The views count, not only the images.
        assertThat(distance(expected, weightsAfter(live, recipe(4).optSeed(4).build())))
                .isGreaterThan(1e-2f);
    }

    @Test
    void distill_anotherRunSeed_isShownTheRecordedViews() throws Exception {
        SoftLabelStore store = store(2, CLASSES);
        float[] one = weightsAfter(ReplayTeacher.of(store), recipe(3).optSeed(3).build());
        float[] other = weightsAfter(ReplayTeacher.of(store), recipe(3).optSeed(12).build());
        assertThat(distance(one, other)).isGreaterThan(1e-4f);
    }

    @Test
    void distill_someClassesStored_learnsByTheTailPolicy() throws Exception {
        SoftLabelStore store = store(3, 2);
        Recipe recipe = recipe(3).build();
        float[] dense = weightsAfter(live, recipe);
        float spread = distance(dense, weightsAfter(ReplayTeacher.of(store), recipe));
        float renormalized =
                distance(
                        dense,
                        weightsAfter(
                                ReplayTeacher.of(store).withTail(TailPolicy.RENORMALIZE), recipe));
        assertThat(spread).isPositive().isLessThan(renormalized);
    }

    @Test
    void distill_severalDevicesAndBatches_areTheOneStep() throws Exception {
        RunTeacher replay = ReplayTeacher.of(store(3, 3));
        Recipe recipe = recipe(3).build();
        Device cpu = Device.cpu();
        float[] expected = weightsAfter(replay, recipe);
        assertThat(distance(expected, weightsAfter(replay, recipe, cpu, cpu, cpu)))
                .isLessThan(1e-5f);
        Recipe accumulated =
                recipe(3).optBatchSize(4).optAccumulation(2).optLearningRate(0.05).build();
        assertThat(distance(expected, weightsAfter(replay, accumulated))).isLessThan(1e-5f);
    }

    @Test
    void distill_noValidationAnswers_areNotANumber() throws Exception {
        try (Model student = LabelFixtures.network(CLASSES, 8)) {
            Path run = folder.resolve("run");
            SoftLabelStore store = store(2, 3);
            DistillationResult result =
                    distiller(ReplayTeacher.of(store), student)
                            .optRecipe(recipe(2).build())
                            .optRunFolder(run)
                            .build()
                            .distill(images.unlabelled(), images);
            assertThat(result.agreement()).isNaN();
            assertThat(result.teacherEvaluation().examples()).isZero();
            assertThat(result.training().evaluation().examples()).isEqualTo(24);
            assertThat(result.teacherDigest()).isEqualTo(store.digest());
            assertThat(Files.readString(run.resolve("provenance.json")))
                    .contains("recorded network1", store.digest());
            assertThat(Files.readString(run.resolve("report.html"))).doesNotContain("NaN");
        }
    }

    @Test
    void distill_stoppedAndResumed_isTheRunInOneGo() throws Exception {
        RunTeacher replay = ReplayTeacher.of(store(2, 3));
        Recipe recipe = recipe(5).build();
        float[] expected = weightsAfter(replay, recipe);
        Path run = folder.resolve("run");
        StopSignal stop = new StopSignal();
        try (Model student = LabelFixtures.network(CLASSES, 8)) {
            int[] steps = {0};
            assertThatThrownBy(
                            () ->
                                    distiller(replay, student)
                                            .optRecipe(recipe)
                                            .optRunFolder(run)
                                            .optStopSignal(stop)
                                            .addListener(
                                                    new io.ssld.core.run.RunListener() {
                                                        @Override
                                                        public void onStep(
                                                                io.ssld.core.run.StepSummary
                                                                        summary) {
                                                            if (++steps[0] == 10) {
                                                                stop.request();
                                                            }
                                                        }
                                                    })
                                            .build()
                                            .distill(images.unlabelled(), images))
                    .isInstanceOf(RunStoppedException.class);
        }
        // Another store is another teacher.
        RunTeacher other = ReplayTeacher.of(store(2, 4));
        assertThatThrownBy(() -> resumed(other, recipe, run))
                .hasMessageContaining("teacher's digest must be");
        assertThat(resumed(replay, recipe, run)).containsExactly(expected);
    }

    private float[] resumed(Teacher teacher, Recipe recipe, Path run) throws Exception {
        try (Model student = LabelFixtures.network(CLASSES, 8)) {
            distiller(teacher, student)
                    .optRecipe(recipe)
                    .optRunFolder(run)
                    .optResume(true)
                    .build()
                    .distill(images.unlabelled(), images);
            return weights(student);
        }
    }

    @Test
    void pass_morePassesThanViews_beginsAnew() throws Exception {
        ImageBatches source =
                ImageBatches.builder()
                        .setImages(images)
                        .setSize(LabelFixtures.SIZE)
                        .setBatchSize(8)
                        .optViews(LabelFixtures.VIEWS)
                        .optViewCount(3)
                        .build();
        Set<ViewKey> keys = new HashSet<>();
        Set<Integer> pixels = new HashSet<>();
        for (int pass = 0; pass < 7; pass++) {
            try (NDManager manager = NDManager.newBaseManager();
                    BatchIterator batches = source.pass(manager, pass)) {
                for (ExampleBatch next = batches.next(); next != null; next = batches.next()) {
                    try (ExampleBatch batch = next) {
                        float[] all = batch.inputs().head().toFloatArray();
                        int size = all.length / batch.size();
                        for (int i = 0; i < batch.size(); i++) {
                            assertThat(batch.keys().get(i).view()).isEqualTo(pass % 3);
                            keys.add(batch.keys().get(i));
                            pixels.add(
                                    Arrays.hashCode(
                                            Arrays.copyOfRange(all, i * size, (i + 1) * size)));
                        }
                    }
                }
            }
        }
        assertThat(keys).hasSize(24 * 3);
        assertThat(pixels).hasSize(24 * 3);
    }

    @Test
    void distill_imageWithoutLabels_isNamedOrLabelledLive() throws Exception {
        SoftLabelStore store = store(2, CLASSES);
        ImageList more = LabelFixtures.images(folder.resolve("more"), 26, CLASSES);
        ImageList stranger = new ImageList(more.root(), List.of(more.entries().get(25)));
        ImageList all = images.merge(stranger);
        Recipe recipe = recipe(2).optBatchSize(5).build();
        try (Model student = LabelFixtures.network(CLASSES, 8)) {
            assertThatThrownBy(
                            () ->
                                    distiller(ReplayTeacher.of(store), student)
                                            .optRecipe(recipe)
                                            .build()
                                            .distill(all, images))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("25.png")
                    .hasMessageContaining("has none; record it");
        }
        Set<Long> asked = ConcurrentHashMap.newKeySet();
        Teacher counted =
                new Teacher() {
                    @Override
                    public NDArray logits(NDList inputs) {
                        asked.add(inputs.head().size(0));
                        return live.logits(inputs);
                    }
                };
        images = all;
        float[] expected = weightsAfter(live, recipe);
        float[] mixed = weightsAfter(ReplayTeacher.of(store).withFallback(counted), recipe);
        assertThat(distance(expected, mixed)).isLessThan(2e-4f);
        // One image alone, and the validation in batches of 5.
        assertThat(asked).containsExactlyInAnyOrder(1L, 5L);
    }

    @Test
    void distill_withFallback_measuresTheLiveTeacher() throws Exception {
        ReplayTeacher both = ReplayTeacher.of(store(2, CLASSES)).withFallback(live);
        try (Model student = LabelFixtures.network(CLASSES, 8)) {
            DistillationResult result =
                    distiller(both, student)
                            .optRecipe(recipe(2).build())
                            .build()
                            .distill(images, images);
            assertThat(result.teacherEvaluation().examples()).isEqualTo(24);
            assertThat(result.agreement()).isBetween(0.0, 1.0);
            assertThat(result.teacherDigest()).endsWith("+" + live.digest());
        }
    }

    @Test
    void distill_otherViews_areRefusedNamingTheDifference() throws Exception {
        SoftLabelStore store = store(2, CLASSES);
        assertRefused(
                store,
                recipe(2).optViews(ViewSampler.builder().optArea(0.3, 1).build()),
                "flipProbability is 0.4 there and 0.5 here");
        assertRefused(store, recipe(2).optViews(Augmentation.SSLD), "area is [0.3, 1.0] there and");
        assertRefused(store, recipe(2).optViews(new CenterCrop(8, 8, 8)), "there and");
        assertRefused(
                store,
                recipe(2).optSize(16).optShortSide(16),
                "size is 8 x 8 there and 16 x 16 here");
        assertRefused(
                store,
                recipe(2).optMixing(BatchMixing.builder().optMixup(0.2).build()),
                "recipe's mixing must be none with recorded labels");
        try (Model student = LabelFixtures.network(CLASSES + 1, 8)) {
            assertThatThrownBy(
                            () ->
                                    distiller(ReplayTeacher.of(store), student)
                                            .optRecipe(recipe(2).build())
                                            .build()
                                            .distill(images, images))
                    .hasMessageContaining("student must have the teacher's 5 classes, but has 6");
            ArrayDataset table =
                    new ArrayDataset.Builder()
                            .setData(
                                    student.getNDManager()
                                            .zeros(new ai.djl.ndarray.types.Shape(8, 3)))
                            .setSampling(4, false)
                            .build();
            assertThatThrownBy(
                            () ->
                                    distiller(ReplayTeacher.of(store), student)
                                            .build()
                                            .distill(table, table))
                    .hasMessageContaining("recorded labels must be replayed on image lists");
        }
    }

    private void assertRefused(SoftLabelStore store, RecipeBuilder recipe, String message) {
        assertRefused(store, recipe, Normalization.IMAGENET, message);
    }

    private void assertRefused(
            SoftLabelStore store, RecipeBuilder recipe, Normalization given, String message) {
        try (Model student = LabelFixtures.network(CLASSES, 8)) {
            assertThatThrownBy(
                            () ->
                                    distiller(ReplayTeacher.of(store), student)
                                            .optRecipe(recipe.build())
                                            .optNormalization(given)
                                            .build()
                                            .distill(images, images))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void distill_otherNormalization_mattersWhereBoxesAreErased() throws Exception {
        assertThat(Normalization.HALF).isNotEqualTo(Normalization.IMAGENET);
        SoftLabelStore plain = store(2, CLASSES);
        try (Model student = LabelFixtures.network(CLASSES, 8)) {
            assertThat(
                            distiller(ReplayTeacher.of(plain), student)
                                    .optRecipe(recipe(2).build())
                                    .optNormalization(Normalization.HALF)
                                    .build()
                                    .distill(images, images)
                                    .training()
                                    .epochs())
                    .hasSize(2);
        }
        ViewSampler erasing = ViewSampler.builder().optErasing(RandomErasing.ALWAYS).build();
        assertRefused(
                store(2, CLASSES, erasing),
                recipe(2).optViews(erasing),
                Normalization.HALF,
                "normalisation, which erased boxes depend on, is");
    }

    @Test
    void average_ofStores_isTheirMeanAndOfTheSameViews() throws Exception {
        RunTeacher one = ReplayTeacher.of(store(2, CLASSES));
        Recipe recipe = recipe(2).build();
        assertThat(
                        distance(
                                weightsAfter(one, recipe),
                                weightsAfter(Teacher.average(List.of(one, one)), recipe)))
                .isLessThan(1e-5f);
        RunTeacher others = Teacher.average(List.of(one, ReplayTeacher.of(store(3, CLASSES))));
        assertThatThrownBy(() -> weightsAfter(others, recipe))
                .hasMessageContaining("averaged stores must be recordings of the same views");
    }

    @Test
    void logits_withoutKeys_saysWhatToDo() throws Exception {
        RunTeacher replay = ReplayTeacher.of(store(2, CLASSES));
        try (NDManager manager = NDManager.newBaseManager()) {
            NDList inputs = new NDList(manager.zeros(new ai.djl.ndarray.types.Shape(1, 3, 8, 8)));
            assertThatThrownBy(() -> replay.logits(inputs))
                    .hasMessageContaining("inputs must be recorded views");
            assertThatThrownBy(
                            () ->
                                    replay.logits(
                                            inputs, List.of(new ViewKey(5, 0, Path.of("a.png")))))
                    .hasMessageContaining("but a.png (content 0000000000000005) has none");
        }
    }

    private static float distance(float[] one, float[] other) {
        float distance = 0;
        for (int i = 0; i < one.length; i++) {
            distance = Math.max(distance, Math.abs(one[i] - other[i]));
        }
        return distance;
    }
}
