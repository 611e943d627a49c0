package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.loss.Loss;
import ai.djl.util.Pair;
import io.ssld.core.Distiller;
import io.ssld.core.data.internal.DatasetBatches;
import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.EpochSummary;
import io.ssld.core.run.RunStatus;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.EarlyStop;
import io.ssld.core.train.EmaSettings;
import io.ssld.core.train.Freezing;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.losses.DistillationLoss;
import io.ssld.weights.StateDict;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recipe says, in real runs. */
class RecipeRunTest {

    @TempDir private Path folder;

    private NDManager manager;
    private Model teacher;

    @BeforeEach
    void setUp() {
        manager = NDManager.newBaseManager();
        teacher = Fixtures.model("teacher", Fixtures.mlp(Fixtures.CLASSES), 7);
    }

    @AfterEach
    void tearDown() {
        teacher.close();
        manager.close();
    }

    private static RecipeBuilder recipe() {
        return Recipe.ssld()
                .optEpochs(3)
                .optStepsPerEpoch(4)
                .optWarmupEpochs(0)
                .optLearningRate(0.2)
                .build()
                // So that a test may set each of them again.
                .toBuilder();
    }

    private Distiller.Builder distiller(Model student, Recipe recipe) {
        return Distiller.builder()
                .setTeacher(Teacher.of(teacher))
                .setStudent(student)
                .setLoss(DistillationLoss.symmetricKl())
                .optRecipe(recipe);
    }

    private DistillationResult run(Distiller distiller, int batch) throws Exception {
        return distiller.distill(
                Fixtures.unlabelled(manager, 48, batch, 3), Fixtures.table(manager, 40, 40, 5));
    }

    private static Map<String, float[]> values(Model model) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Pair<String, Parameter> pair : model.getBlock().getParameters()) {
            values.put(pair.getKey(), pair.getValue().getArray().toFloatArray());
        }
        return values;
    }

    @Test
    void accumulation_ofSmallBatches_equalsTheLargeBatch() throws Exception {
        try (Model small = Fixtures.model("student", Fixtures.plain(), 8);
                Model large = Fixtures.model("student", Fixtures.plain(), 8)) {
            run(
                    distiller(small, recipe().optAccumulation(3).optLearningRate(0.2).build())
                            .build(),
                    4);
            run(distiller(large, recipe().build()).build(), 12);
            Map<String, float[]> expected = values(large);
            values(small)
                    .forEach(
                            (name, array) -> {
                                for (int i = 0; i < array.length; i++) {
                                    assertThat(array[i])
                                            .as("%s[%d]", name, i)
                                            .isCloseTo(
                                                    Objects.requireNonNull(expected.get(name))[i],
                                                    within(1e-5f));
                                }
                            });
        }
    }

    @Test
    void ema_evaluatedBesideTheRawWeights_isWhatTheStudentEndsWith() throws Exception {
        Path run = folder.resolve("run");
        Recipe averaged = recipe().optEma(new EmaSettings(0.95, false)).build();
        try (Model student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 8);
                Model raw = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 8)) {
            DistillationResult result =
                    run(distiller(student, averaged).optRunFolder(run).build(), 12);
            run(distiller(raw, recipe().build()).build(), 12);

            EpochSummary last = result.training().epochs().get(2);
            assertThat(last.averaged()).contains(result.training().evaluation());
            assertThat(values(student)).usingRecursiveComparison().isNotEqualTo(values(raw));
            try (Model saved = Model.newInstance("student-raw", "PyTorch")) {
                saved.setBlock(Fixtures.mlp(Fixtures.CLASSES));
                saved.load(run, "student-raw");
                assertThat(values(saved)).usingRecursiveComparison().isEqualTo(values(raw));
            }
            try (Model saved = Model.newInstance("student", "PyTorch")) {
                saved.setBlock(Fixtures.mlp(Fixtures.CLASSES));
                saved.load(run, "student");
                assertThat(values(saved)).usingRecursiveComparison().isEqualTo(values(student));
            }
        }
        assertThat(run.resolve("metrics.csv")).content().contains("averaged_top1");
    }

    @Test
    void best_weights_areThoseOfTheBestEpoch() throws Exception {
        Path run = folder.resolve("run");
        // So high a rate at the end of nothing but noise: the best epoch is not the last.
        try (Model student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 8)) {
            DistillationResult result =
                    run(
                            distiller(student, recipe().optEpochs(8).optLearningRate(3).build())
                                    .optRunFolder(run)
                                    .optKeepBest(true)
                                    .build(),
                            12);
            int best = EpochSummary.best(result.training().epochs()).orElseThrow();
            double top1 = result.training().epochs().get(best - 1).bestTop1();
            try (Model saved = Model.newInstance("best", "PyTorch")) {
                saved.setBlock(Fixtures.mlp(Fixtures.CLASSES));
                saved.load(run, "best");
                Evaluation evaluation =
                        new Evaluator(
                                        new DatasetBatches(Fixtures.table(manager, 40, 40, 5)),
                                        manager)
                                .evaluate(Teacher.of(saved)::logits);
                assertThat(evaluation.top1()).isEqualTo(top1);
                assertThat(best).isLessThan(8);
                assertThat(result.training().best()).contains(StateDict.of(saved.getBlock()));
            }
            assertThat(RunStatus.read(run).bestEpoch()).hasValue(best);
        }
    }

    @Test
    void keepBest_withoutAFolder_bringsBackTheBestWeights() throws Exception {
        Recipe wild = recipe().optEpochs(8).optLearningRate(3).build();
        try (Model student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 8)) {
            DistillationResult result = run(distiller(student, wild).optKeepBest(true).build(), 12);
            StateDict best = result.training().best().orElseThrow();
            assertThat(StateDict.of(student.getBlock())).isNotEqualTo(best);
            best.install(student.getBlock(), student.getNDManager());
            Evaluation evaluation =
                    new Evaluator(new DatasetBatches(Fixtures.table(manager, 40, 40, 5)), manager)
                            .evaluate(Teacher.of(student)::logits);
            int epoch = EpochSummary.best(result.training().epochs()).orElseThrow();
            assertThat(evaluation.top1())
                    .isEqualTo(result.training().epochs().get(epoch - 1).bestTop1());
        }
    }

    @Test
    void keepBest_ofAveragedWeights_isWhatTheFolderHolds() throws Exception {
        Path run = folder.resolve("run");
        Recipe averaged = recipe().optEma(new EmaSettings(0.5, false)).build();
        try (Model student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 8);
                Model saved = Model.newInstance("best", "PyTorch")) {
            DistillationResult result =
                    run(
                            distiller(student, averaged)
                                    .optRunFolder(run)
                                    .optKeepBest(true)
                                    .build(),
                            12);
            saved.setBlock(Fixtures.mlp(Fixtures.CLASSES));
            saved.load(run, "best");
            assertThat(result.training().best()).contains(StateDict.of(saved.getBlock()));
        }
    }

    @Test
    void keepBest_unlessAsked_isNoneAndWithResumeIsRefused() throws Exception {
        try (Model student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 8)) {
            Distiller.Builder resuming =
                    distiller(student, recipe().build())
                            .optRunFolder(folder.resolve("run"))
                            .optResume(true)
                            .optKeepBest(true);
            assertThatThrownBy(resuming::build)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("optKeepBest must be left out where a run is resumed");
            DistillationResult result = run(distiller(student, recipe().build()).build(), 12);
            assertThat(result.training().best()).isEmpty();
        }
    }

    @Test
    void freezing_allButTheClassifier_movesNothingElse() throws Exception {
        try (Model student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 8)) {
            Map<String, float[]> before = values(student);
            Recipe fixed = recipe().optFreezing(Freezing.allButClassifier()).build();
            run(distiller(student, fixed).build(), 12);
            values(student)
                    .forEach(
                            (name, array) -> {
                                boolean classifier = name.startsWith("04");
                                if (classifier) {
                                    assertThat(array).as(name).isNotEqualTo(before.get(name));
                                } else {
                                    assertThat(array).as(name).isEqualTo(before.get(name));
                                }
                            });
            assertThat(student.getBlock().getParameters().values())
                    .filteredOn(p -> p.getType() == Parameter.Type.WEIGHT)
                    .allMatch(Parameter::requiresGradient);
        }
    }

    @Test
    void earlyStop_withoutImprovement_endsTheRunSooner() throws Exception {
        try (Model student = Fixtures.model("student", Fixtures.plain(), 8)) {
            // A rate so low that no accuracy ever changes.
            Recipe still =
                    recipe().optEpochs(20)
                            .optLearningRate(1e-12)
                            .optEarlyStop(new EarlyStop(2, 0, 0))
                            .build();
            DistillationResult result = run(distiller(student, still).build(), 12);
            assertThat(result.training().epochs()).hasSize(3);
        }
    }

    @Test
    void clipNorm_smallLimit_slowsTheStep() throws Exception {
        try (Model clipped = Fixtures.model("student", Fixtures.plain(), 8);
                Model free = Fixtures.model("student", Fixtures.plain(), 8)) {
            Map<String, float[]> before = values(clipped);
            Recipe one = recipe().optEpochs(1).optStepsPerEpoch(1).optWeightDecay(0).build();
            run(distiller(clipped, one.toBuilder().optClipNorm(1e-3).build()).build(), 12);
            run(distiller(free, one).build(), 12);
            // v = g, so the whole step has length rate times limit.
            assertThat(distance(values(clipped), before)).isCloseTo(0.2 * 1e-3, within(1e-6));
            assertThat(distance(values(free), before)).isGreaterThan(0.01);
        }
    }

    private static double distance(Map<String, float[]> a, Map<String, float[]> b) {
        double sum = 0;
        for (Map.Entry<String, float[]> entry : a.entrySet()) {
            float[] other = Objects.requireNonNull(b.get(entry.getKey()));
            for (int i = 0; i < other.length; i++) {
                sum += Math.pow(entry.getValue()[i] - other[i], 2);
            }
        }
        return Math.sqrt(sum);
    }

    @Test
    void clipNorm_gradientThatOverflows_isToldAndLeavesTheWeights() throws Exception {
        try (Model student = Fixtures.model("student", Fixtures.plain(), 8)) {
            Map<String, float[]> before = values(student);
            Recipe clipped = recipe().optClipNorm(1).build();
            Loss steep =
                    new Loss("steep") {
                        @Override
                        public NDArray evaluate(NDList labels, NDList predictions) {
                            // sqrt at 0: the value is finite, its slope is not.
                            NDArray s = predictions.head();
                            return s.sub(s.duplicate()).sum().sqrt().add(s.sub(s).sum().sqrt());
                        }
                    };
            Distiller distiller =
                    Distiller.builder()
                            .setTeacher(Teacher.of(teacher))
                            .setStudent(student)
                            .setLoss(steep)
                            .optRecipe(clipped)
                            .build();
            assertThatThrownBy(() -> run(distiller, 12))
                    .isInstanceOf(TrainingDivergedException.class)
                    .hasMessageContaining("norm of the gradients");
            assertThat(values(student)).usingRecursiveComparison().isEqualTo(before);
        }
    }
}
