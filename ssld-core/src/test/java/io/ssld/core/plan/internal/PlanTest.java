package io.ssld.core.plan.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.GradientCollector;
import io.ssld.core.Distiller;
import io.ssld.core.data.BatchMixing;
import io.ssld.core.data.ImageList;
import io.ssld.core.labels.LabelFixtures;
import io.ssld.core.labels.LabelRecorder;
import io.ssld.core.labels.LabelStoreSize;
import io.ssld.core.labels.ReplayTeacher;
import io.ssld.core.labels.SoftLabelStore;
import io.ssld.core.plan.DistillationPlan;
import io.ssld.core.plan.PlanMemory;
import io.ssld.core.plan.PlanSettings;
import io.ssld.core.plan.StepSeconds;
import io.ssld.core.plan.StorePlan;
import io.ssld.core.teacher.NetworkTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.EmaSettings;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.engine.internal.Parameters;
import io.ssld.images.view.ViewSampler;
import io.ssld.losses.DistillationLoss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans of a tiny run: what they leave behind, what is exact, and that the rest is there. */
class PlanTest {

    private static final int CLASSES = 4;

    @TempDir private Path folder;

    private ImageList images;
    private ImageList validation;

    @BeforeEach
    void setUp() throws IOException {
        images = LabelFixtures.images(folder.resolve("train"), 40, CLASSES);
        validation = LabelFixtures.images(folder.resolve("val"), 13, CLASSES);
    }

    /** Batch norm and dropout: all that a forward pass may change or draw. */
    private static Model student() {
        Model model = Model.newInstance("student", "PyTorch");
        Block block =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(8).build())
                        .add(BatchNorm.builder().build())
                        .add(Activation::relu)
                        .add(Dropout.builder().optRate(0.25f).build())
                        .add(Linear.builder().setUnits(CLASSES).build());
        model.setBlock(block);
        return model;
    }

    private static RecipeBuilder recipe() {
        return Recipe.ssld()
                .optEpochs(3)
                .optBatchSize(8)
                .optLearningRate(0.05)
                .optSize(LabelFixtures.SIZE)
                .optViews(ViewSampler.builder().optArea(0.5, 1).build());
    }

    private static Distiller.Builder distiller(Model student, Teacher teacher, Recipe recipe) {
        return Distiller.builder()
                .setTeacher(teacher)
                .setStudent(student)
                .setLoss(DistillationLoss.symmetricKl())
                .optRecipe(recipe)
                .optWorkers(2);
    }

    private static Map<String, float[]> values(Model model) {
        Map<String, float[]> values = new LinkedHashMap<>();
        model.getBlock()
                .getParameters()
                .forEach(
                        pair ->
                                values.put(
                                        pair.getKey(), pair.getValue().getArray().toFloatArray()));
        return values;
    }

    private static void assertSame(Map<String, float[]> actual, Map<String, float[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, value) -> assertThat(actual.get(name)).as(name).isEqualTo(value));
    }

    @Test
    void plan_thenDistill_equalsDistillAlone() throws Exception {
        try (Model network = LabelFixtures.network(CLASSES, 1);
                Model planned = student();
                Model plain = student()) {
            Recipe recipe = recipe().optEma(new EmaSettings(0.9, true)).build();
            Teacher teacher = Teacher.of(network);
            Distiller distiller = distiller(planned, teacher, recipe).build();
            distiller.plan(images, validation);
            assertThat(planned.getBlock().getParameters().values())
                    .noneMatch(Parameter::isInitialized);
            distiller.distill(images, validation);
            distiller(plain, teacher, recipe).build().distill(images, validation);
            assertSame(values(planned), values(plain));
        }
    }

    @Test
    void plan_trainedStudent_leavesWeightsStatisticsAndGradients() throws Exception {
        try (Model network = LabelFixtures.network(CLASSES, 1);
                Model student = student()) {
            Teacher teacher = Teacher.of(network);
            Distiller distiller = distiller(student, teacher, recipe().build()).build();
            distiller.distill(images, validation);
            Parameter last = student.getBlock().getParameters().valueAt(6);
            // A gradient that somebody gathered and has not used yet.
            try (GradientCollector collector =
                    student.getNDManager().getEngine().newGradientCollector()) {
                collector.backward(last.getArray().mul(last.getArray()).sum());
            }
            float[] gradient = last.getArray().getGradient().toFloatArray();
            assertThat(gradient).isNotEqualTo(new float[gradient.length]);
            Map<String, float[]> before = values(student);
            String taught = Parameters.digest(network.getBlock());
            distiller.plan(images, validation);
            assertSame(values(student), before);
            assertThat(last.getArray().getGradient().toFloatArray()).isEqualTo(gradient);
            assertThat(Parameters.digest(network.getBlock())).isEqualTo(taught);
        }
    }

    @Test
    void plan_failure_putsTheStudentBackToo() {
        try (Model student = student()) {
            int[] asked = new int[1];
            Teacher breaks =
                    inputs -> {
                        if (++asked[0] > 6) {
                            throw new IllegalStateException("no answer");
                        }
                        NDArray first = inputs.head();
                        return first.getManager().zeros(new Shape(first.size(0), CLASSES));
                    };
            Distiller distiller = distiller(student, breaks, recipe().build()).build();
            assertThatThrownBy(() -> distiller.plan(images, validation)).hasMessage("no answer");
            assertThat(student.getBlock().getParameters().values())
                    .noneMatch(Parameter::isInitialized);
        }
    }

    @Test
    void plan_severalDevices_leavesTheStudentToo() throws Exception {
        try (Model network = LabelFixtures.network(CLASSES, 1);
                Model student = student()) {
            Distiller first = distiller(student, Teacher.of(network), recipe().build()).build();
            first.distill(images, validation);
            Map<String, float[]> before = values(student);
            DistillationPlan plan =
                    distiller(student, Teacher.of(network), recipe().build())
                            .optDevices(Device.cpu(), Device.cpu())
                            .build()
                            .plan(images, validation);
            assertThat(plan.measured().step().student()).isPositive();
            assertSame(values(student), before);
        }
    }

    @Test
    void plan_runFolder_isNotMade() throws Exception {
        Path run = folder.resolve("run");
        try (Model network = LabelFixtures.network(CLASSES, 1);
                Model student = student()) {
            distiller(student, Teacher.of(network), recipe().build())
                    .optRunFolder(run)
                    .build()
                    .plan(images, validation);
        }
        assertThat(run).doesNotExist();
    }

    @Test
    void plan_memory_isExactWhereItIsCounted() throws Exception {
        try (Model network = LabelFixtures.network(CLASSES, 1);
                Model student = student()) {
            Recipe recipe = recipe().optEma(new EmaSettings(0.9, true)).build();
            PlanMemory memory =
                    distiller(student, Teacher.of(network), recipe)
                            .build()
                            .plan(images, validation)
                            .memory();
            long inputs = 3L * LabelFixtures.SIZE * LabelFixtures.SIZE;
            long learned = inputs * 8 + 8 + 2 * 8 + 8 * CLASSES + CLASSES;
            long statistics = 2 * 8;
            assertThat(memory.weights()).isEqualTo(4 * (learned + statistics));
            assertThat(memory.gradients()).isEqualTo(4 * learned);
            // One velocity a number.
            assertThat(memory.optimizer()).isEqualTo(4 * learned);
            assertThat(memory.average()).isEqualTo(4 * (learned + statistics));
            assertThat(memory.teacher())
                    .isEqualTo(Parameters.bytes(network.getBlock().getParameters()))
                    .isPositive();
            assertThat(memory.heapPeak()).isPositive().isLessThanOrEqualTo(memory.heapLimit());
            assertThat(memory.devicePeak()).isEmpty();
            assertThat(memory.processPeak().isPresent())
                    .isEqualTo(Files.exists(MemoryWatch.STATUS));
            if (memory.processPeak().isPresent()) {
                // A JVM with an engine in it is no smaller than 50 MB.
                assertThat(memory.processPeak().getAsLong()).isGreaterThan(50_000_000);
                assertThat(memory.activations().orElseThrow()).isNotNegative();
            }
        }
    }

    @Test
    void plan_settings_areThoseOfTheStore() throws Exception {
        try (Model network = LabelFixtures.network(CLASSES, 1);
                Model student = student()) {
            Recipe recipe = recipe().optAccumulation(2).build();
            Distiller distiller = distiller(student, Teacher.of(network), recipe).build();
            DistillationPlan plan =
                    distiller.plan(
                            images,
                            validation,
                            PlanSettings.standard()
                                    .withViews(7)
                                    .withTopK(2)
                                    .withStudents(3)
                                    .withSteps(2));
            StorePlan store = plan.store().orElseThrow();
            assertThat(store.views()).isEqualTo(7);
            assertThat(store.topK()).isEqualTo(2);
            assertThat(store.students()).isEqualTo(3);
            assertThat(store.bytes()).isEqualTo(LabelStoreSize.segments(CLASSES, 2, 40, 7));
            assertThat(plan.shape().stepsPerEpoch()).isEqualTo(2);
            assertThat(plan.shape().imagesPerStep()).isEqualTo(16);
            assertThat(plan.shape().steps()).isEqualTo(6);
            assertThat(plan.shape().validationImages()).isEqualTo(13);
            assertThat(plan.shape().evaluationsPerEpoch()).isEqualTo(1);
            StepSeconds step = plan.measured().step();
            assertThat(step.waiting()).isNotNegative();
            assertThat(step.teacher()).isPositive();
            assertThat(step.student()).isPositive();
            assertThat(plan.secondsInAll()).isGreaterThan(plan.secondsPerEpoch());
            assertThat(plan.pipelineImagesPerSecond()).isPositive();
            assertThat(store.recordingSeconds()).isPositive();
            assertThat(store.step().student()).isPositive();
            StorePlan standard = distiller.plan(images, validation).store().orElseThrow();
            // A view an epoch, and no more classes than there are.
            assertThat(standard.views()).isEqualTo(3);
            assertThat(standard.topK()).isEqualTo(CLASSES);
        }
    }

    @Test
    void plan_runsThatNoStoreFits_sayWhy() throws Exception {
        try (Model network = LabelFixtures.network(CLASSES, 1);
                Model student = student()) {
            NetworkTeacher live = Teacher.of(network);
            assertWithoutStore(
                    student,
                    live.withBatchStatistics(),
                    recipe().build(),
                    "statistics of the batch");
            assertWithoutStore(
                    student,
                    live,
                    recipe().optMixing(BatchMixing.builder().optMixup(0.2).build()).build(),
                    "the recipe mixes images");
            ViewSampler own = recipe().build().views();
            assertWithoutStore(
                    student,
                    live,
                    recipe().build().toBuilder()
                            .optViews((digest, number, w, h) -> own.draw(digest, number, w, h))
                            .build(),
                    "drawn by Java code");
            Path labels = folder.resolve("labels");
            LabelRecorder.builder()
                    .addTeacher(live)
                    .setViews(own)
                    .setViewCount(2)
                    .setSize(LabelFixtures.SIZE)
                    .build()
                    .record(images, labels);
            DistillationPlan plan =
                    assertWithoutStore(
                            student,
                            ReplayTeacher.of(SoftLabelStore.open(labels)),
                            recipe().build(),
                            "from a store already");
            assertThat(plan.memory().teacher()).isZero();
            assertThat(plan.measured().evaluatesTeacher()).isFalse();
        }
    }

    private DistillationPlan assertWithoutStore(
            Model student, Teacher teacher, Recipe recipe, String reason) throws Exception {
        DistillationPlan plan =
                distiller(student, teacher, recipe).build().plan(images, validation);
        assertThat(plan.store()).isEmpty();
        assertThat(plan.withoutStore()).contains(reason);
        return plan;
    }

    @Test
    void plan_runThatWouldBeRefused_isRefused() throws Exception {
        try (Model network = LabelFixtures.network(CLASSES + 1, 1);
                Model student = student()) {
            Distiller distiller = distiller(student, Teacher.of(network), recipe().build()).build();
            assertThatThrownBy(() -> distiller.plan(images, validation))
                    .hasMessageContaining("student must have the teacher's 5 classes, but has 4");
            Distiller large =
                    distiller(
                                    student,
                                    inputs -> inputs.head(),
                                    recipe().build().toBuilder().optBatchSize(41).build())
                            .build();
            assertThatThrownBy(() -> large.plan(images, validation))
                    .hasMessageContaining("images must be at least 41, but were 40");
        }
        try (Model network = LabelFixtures.network(CLASSES, 1);
                Model student = student()) {
            Distiller distiller = distiller(student, Teacher.of(network), recipe().build()).build();
            assertThatThrownBy(() -> distiller.plan(images, validation.unlabelled()))
                    .hasMessageContaining("validation images must be labelled");
        }
    }

    @Test
    void resident_otherSystems_isAbsent() throws Exception {
        assertThat(MemoryWatch.resident(folder.resolve("none"))).isEmpty();
        Path status = folder.resolve("status");
        Files.writeString(status, "Name:\tjava\nVmHWM:\t 999 kB\nVmRSS:\t  1234 kB\nThreads:\t3\n");
        assertThat(MemoryWatch.resident(status)).isEqualTo(OptionalLong.of(1234 * 1024));
        Files.writeString(status, "Name:\tjava\n");
        assertThat(MemoryWatch.resident(status)).isEmpty();
    }

    @Test
    void fixedAnswers_smallerBatch_getsTheFirstRows() {
        try (Model model = student()) {
            NDArray inputs = model.getNDManager().zeros(new Shape(2, 5));
            NDArray said =
                    new FixedAnswers(new float[] {1, 2, 3, 4, 5, 6}, 2).logits(new NDList(inputs));
            assertThat(said.toFloatArray()).containsExactly(1, 2, 3, 4);
        }
    }
}
