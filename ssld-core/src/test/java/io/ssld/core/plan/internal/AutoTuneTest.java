package io.ssld.core.plan.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import io.ssld.base.internal.report.Provenance;
import io.ssld.core.Distiller;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.internal.ImageBatches;
import io.ssld.core.labels.LabelFixtures;
import io.ssld.core.run.internal.Fixtures;
import io.ssld.core.run.internal.WorkerChoice;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.images.view.ViewSampler;
import io.ssld.losses.DistillationLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers of workers chosen by measurement: which one, and that it changes nothing. */
class AutoTuneTest {

    private static final int CLASSES = 4;

    @TempDir private Path folder;

    private ImageList images;
    private ImageList validation;

    @BeforeEach
    void setUp() throws IOException {
        images = LabelFixtures.images(folder.resolve("train"), 40, CLASSES);
        validation = LabelFixtures.images(folder.resolve("val"), 13, CLASSES);
    }

    private static Model student() {
        Model model = Model.newInstance("student", "PyTorch");
        model.setBlock(
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(8).build())
                        .add(BatchNorm.builder().build())
                        .add(Activation::relu)
                        .add(Dropout.builder().optRate(0.25f).build())
                        .add(Linear.builder().setUnits(CLASSES).build()));
        return model;
    }

    private static Recipe recipe() {
        return Recipe.ssld()
                .optEpochs(2)
                .optBatchSize(8)
                .optLearningRate(0.05)
                .optSize(LabelFixtures.SIZE)
                .optViews(ViewSampler.builder().optArea(0.5, 1).build())
                .build();
    }

    private static Distiller.Builder distiller(Model student, Model teacher) {
        return Distiller.builder()
                .setTeacher(Teacher.of(teacher))
                .setStudent(student)
                .setLoss(DistillationLoss.symmetricKl())
                .optRecipe(recipe());
    }

    private static float[] weights(Model model) {
        Parameter first = model.getBlock().getParameters().valueAt(0);
        return first.getArray().toFloatArray();
    }

    private static float[] statistics(Model model) {
        return model.getBlock().getParameters().values().stream()
                .filter(parameter -> parameter.getType() == Parameter.Type.RUNNING_MEAN)
                .findFirst()
                .orElseThrow()
                .getArray()
                .toFloatArray();
    }

    @Test
    void distill_autoTuned_equalsTheRunWithThatNumber() throws Exception {
        Path run = folder.resolve("run");
        try (Model teacher = LabelFixtures.network(CLASSES, 1);
                Model tuned = student();
                Model byHand = student()) {
            distiller(tuned, teacher)
                    .optAutoTune(true)
                    .optRunFolder(run)
                    .build()
                    .distill(images, validation);
            Provenance.WorkerFacts facts =
                    Objects.requireNonNull(Provenance.read(run.resolve(Provenance.FILE)).workers());
            int processors = Runtime.getRuntime().availableProcessors();
            assertThat(facts.count()).isBetween(1, processors);
            assertThat(facts.stepSeconds())
                    .hasSize(processors == 1 ? 0 : AutoTune.candidates(processors).size());
            assertThat(facts.stepSeconds().values()).allMatch(seconds -> seconds > 0);
            distiller(byHand, teacher)
                    .optWorkers(facts.count())
                    .build()
                    .distill(images, validation);
            assertThat(weights(tuned)).isEqualTo(weights(byHand));
            assertThat(statistics(tuned)).isEqualTo(statistics(byHand));
        }
    }

    @Test
    void train_workersByHand_standAgainstTuning() throws Exception {
        Path run = folder.resolve("run");
        try (Model model = student()) {
            SupervisedTrainer.builder()
                    .setModel(model)
                    .optRecipe(recipe())
                    .optAutoTune(true)
                    .optWorkers(3)
                    .optRunFolder(run)
                    .build()
                    .train(images, validation);
        }
        assertThat(Provenance.read(run.resolve(Provenance.FILE)).workers())
                .isEqualTo(new Provenance.WorkerFacts(3, "set by hand", Map.of()));
    }

    @Test
    void train_autoTuned_equalsTheRunWithout() throws Exception {
        try (Model tuned = student();
                Model plain = student()) {
            SupervisedTrainer.builder()
                    .setModel(tuned)
                    .optRecipe(recipe())
                    .optAutoTune(true)
                    .build()
                    .train(images, validation);
            SupervisedTrainer.builder()
                    .setModel(plain)
                    .optRecipe(recipe())
                    .build()
                    .train(images, validation);
            assertThat(weights(tuned)).isEqualTo(weights(plain));
        }
    }

    @Test
    void train_otherDataSets_haveNoWorkersToTune() throws Exception {
        Path run = folder.resolve("run");
        try (NDManager manager = NDManager.newBaseManager();
                Model model = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 1)) {
            SupervisedTrainer.builder()
                    .setModel(model)
                    .optRecipe(Recipe.supervised().optEpochs(1).build())
                    .optAutoTune(true)
                    .optRunFolder(run)
                    .build()
                    .train(Fixtures.table(manager, 24, 8, 1), Fixtures.table(manager, 24, 8, 2));
        }
        assertThat(Provenance.read(run.resolve(Provenance.FILE)).workers()).isNull();
    }

    @Test
    void candidates_manyProcessors_arePowersOfTwo() {
        assertThat(AutoTune.candidates(1)).containsExactly(1);
        assertThat(AutoTune.candidates(4)).containsExactly(1, 2, 3, 4);
        assertThat(AutoTune.candidates(6)).containsExactly(1, 2, 4, 6);
        assertThat(AutoTune.candidates(16)).containsExactly(1, 2, 4, 8, 16);
    }

    @Test
    void fastest_aboutEqual_isTheFewest() {
        assertThat(WorkerChoice.fastest(Map.of(1, 1.02, 2, 1.0, 4, 1.5)).count()).isEqualTo(1);
        assertThat(WorkerChoice.fastest(Map.of(1, 1.04, 2, 1.0, 4, 1.02)).count()).isEqualTo(2);
        assertThat(WorkerChoice.fastest(Map.of(8, 3.0)).count()).isEqualTo(8);
    }

    @Test
    void withWorkers_sameSource_sharesTheQuarantine() {
        ImageBatches one =
                ImageBatches.builder()
                        .setImages(images)
                        .setSize(LabelFixtures.SIZE)
                        .setBatchSize(8)
                        .optWorkers(1)
                        .build();
        assertThat(one.withWorkers(2).quarantine()).isSameAs(one.quarantine());
    }
}
