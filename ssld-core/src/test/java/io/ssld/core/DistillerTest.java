package io.ssld.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.dataset.ArrayDataset;
import io.ssld.base.internal.report.Provenance;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.EpochSummary;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.StepSummary;
import io.ssld.core.run.internal.Fixtures;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.engine.internal.Parameters;
import io.ssld.losses.DistillationLoss;
import io.ssld.losses.Divergences;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on tables: a teacher trained on labels, students taught without. */
class DistillerTest {

    @TempDir private Path folder;

    private NDManager manager;
    private Model teacher;

    @BeforeEach
    void setUp() throws Exception {
        manager = NDManager.newBaseManager();
        teacher = Model.newInstance("teacher", "PyTorch");
        teacher.setBlock(Fixtures.mlp(Fixtures.CLASSES));
        SupervisedTrainer.builder()
                .setModel(teacher)
                .optRecipe(recipe(20).build())
                .build()
                .train(shuffledTable(1), validation());
    }

    @AfterEach
    void tearDown() {
        teacher.close();
        manager.close();
    }

    @Test
    void distill_untrainedStudentWithoutLabels_learnsWhatTheTeacherKnows() throws Exception {
        try (Model student = Model.newInstance("student", "PyTorch")) {
            student.setBlock(Fixtures.mlp(Fixtures.CLASSES));
            DistillationResult result = distill(student, Teacher.of(teacher), recipe(20));
            assertThat(result.teacherEvaluation().top1()).isGreaterThan(0.9);
            assertThat(result.training().evaluation().top1()).isGreaterThan(0.88);
            assertThat(result.agreement()).isGreaterThan(0.9);
            assertThat(result.training().epochs()).hasSize(20);
            assertThat(result.training().epochs().get(19).loss())
                    .isLessThan(result.training().epochs().get(0).loss() / 5);
            assertThat(result.training().parameters()).isEqualTo(6 * 8 + 8 + 2 * 8 + 8 * 3 + 3);
            assertThat(result.training().quarantined()).isEmpty();
        }
    }

    @Test
    void distill_pretrainedStudent_startsFromItsWeights() throws Exception {
        try (Model student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 3)) {
            copy(teacher, student);
            DistillationResult result =
                    distill(
                            student,
                            Teacher.of(teacher),
                            Recipe.ssld().optEpochs(1).optLearningRate(1e-4));
            assertThat(result.agreement()).isGreaterThan(0.95);
            assertThat(result.training().before()).isEqualTo(result.teacherEvaluation());
            assertThat(result.training().epochs().get(0).accuracy()).isGreaterThan(0.9);
        }
    }

    @Test
    void distill_bareBlocksAndSeveralTeachers_works() throws Exception {
        SequentialBlock student = Fixtures.mlp(Fixtures.CLASSES);
        try (Model second = Fixtures.model("second", Fixtures.mlp(Fixtures.CLASSES), 9);
                NDManager owner = NDManager.newBaseManager()) {
            copy(teacher, second);
            DistillationResult result =
                    Distiller.builder()
                            .setTeacher(
                                    Teacher.average(
                                            List.of(
                                                    Teacher.of(teacher.getBlock()),
                                                    Teacher.of(second))))
                            .setStudent(student, owner)
                            .setLoss(DistillationLoss.jensenShannon())
                            .optRecipe(recipe(20).build())
                            .build()
                            .distill(unlabelled(), validation());
            assertThat(result.agreement()).isGreaterThan(0.85);
            assertThat(student.getParameters().valueAt(0).getArray().getManager()).isSameAs(owner);
        }
    }

    @Test
    void distill_functionAsTeacher_works() throws Exception {
        Teacher rule = inputs -> inputs.head().get(":, :3").mul(4);
        try (Model student = Model.newInstance("student", "PyTorch")) {
            student.setBlock(Fixtures.mlp(Fixtures.CLASSES));
            DistillationResult result = distill(student, rule, recipe(20));
            assertThat(result.teacherEvaluation().top1())
                    .as("the rule that made the labels")
                    .isEqualTo(1);
            assertThat(result.training().evaluation().top1()).isGreaterThan(0.88);
            assertThat(result.teacherDigest()).isEmpty();
        }
    }

    @Test
    void distill_torchScriptNetworks_work() throws Exception {
        URL resource = Objects.requireNonNull(Teacher.class.getResource("mlp.pt"));
        Path script = Path.of(resource.toURI()).getParent();
        try (Model scripted = Model.newInstance("mlp", "PyTorch");
                Model learner = Model.newInstance("mlp", "PyTorch")) {
            scripted.load(script);
            learner.load(script, "mlp", Map.of("trainParam", "true"));
            ArrayDataset wide =
                    new ArrayDataset.Builder()
                            .setData(manager.randomNormal(new Shape(64, 8)))
                            .optLabels(manager.zeros(new Shape(64)))
                            .setSampling(16, false)
                            .build();
            DistillationResult result =
                    Distiller.builder()
                            .setTeacher(Teacher.of(scripted))
                            .setStudent(learner)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe(2).build())
                            .build()
                            .distill(wide, wide);
            assertThat(result.training().epochs()).hasSize(2);
            assertThat(Parameters.digest(learner.getBlock()))
                    .isNotEqualTo(Parameters.digest(scripted.getBlock()));
        }
    }

    @Test
    void distill_hardLabelTerm_readsTheTargets() throws Exception {
        // The teacher knows nothing, so all that can be learned is in the labels.
        Teacher ignorant = inputs -> inputs.head().get(":, :3").mul(0);
        DistillationLoss withLabels =
                DistillationLoss.builder()
                        .setDivergence(Divergences::symmetricKl)
                        .optWeight(0.05f)
                        .optHardLabelWeight(1)
                        .build();
        try (Model student = Model.newInstance("student", "PyTorch")) {
            student.setBlock(Fixtures.mlp(Fixtures.CLASSES));
            DistillationResult result =
                    Distiller.builder()
                            .setTeacher(ignorant)
                            .setStudent(student)
                            .setLoss(withLabels)
                            .optRecipe(recipe(20).build())
                            .build()
                            .distill(shuffledTable(2), validation());
            assertThat(result.training().evaluation().top1()).isGreaterThan(0.85);
        }
    }

    @Test
    void distill_sameSeed_givesTheSameStudent() throws Exception {
        String first = digestAfter(5);
        assertThat(digestAfter(5)).isEqualTo(first);
        assertThat(digestAfter(6)).isNotEqualTo(first);
    }

    private String digestAfter(long seed) throws Exception {
        try (Model student = Model.newInstance("student", "PyTorch")) {
            student.setBlock(Fixtures.mlp(Fixtures.CLASSES));
            distill(student, Teacher.of(teacher), recipe(2).optSeed(seed));
            return Parameters.digest(student.getBlock());
        }
    }

    @Test
    void distill_inAnotherThread_givesTheSameStudent() throws Exception {
        String here = digestAfter(5);
        String there =
                CompletableFuture.supplyAsync(
                                () -> {
                                    try {
                                        return digestAfter(5);
                                    } catch (Exception e) {
                                        throw new IllegalStateException(e);
                                    }
                                },
                                task -> new Thread(task).start())
                        .join();
        assertThat(there).isEqualTo(here);
    }

    @Test
    void distill_batchStatistics_teachesWithTheBatchsOwn() throws Exception {
        try (Model student = Model.newInstance("student", "PyTorch")) {
            student.setBlock(Fixtures.mlp(Fixtures.CLASSES));
            DistillationResult result =
                    distill(student, Teacher.of(teacher).withBatchStatistics(), recipe(20));
            assertThat(result.agreement()).isGreaterThan(0.85);
        }
    }

    @Test
    void distill_listeners_hearEveryStepAndEpoch() throws Exception {
        List<StepSummary> steps = new ArrayList<>();
        List<EpochSummary> epochs = new ArrayList<>();
        RunListener listener =
                new RunListener() {
                    @Override
                    public void onStep(StepSummary step) {
                        steps.add(step);
                    }

                    @Override
                    public void onEpoch(EpochSummary epoch) {
                        epochs.add(epoch);
                    }
                };
        try (Model student = Model.newInstance("student", "PyTorch")) {
            student.setBlock(Fixtures.mlp(Fixtures.CLASSES));
            Distiller.builder()
                    .setTeacher(Teacher.of(teacher))
                    .setStudent(student)
                    .setLoss(DistillationLoss.symmetricKl())
                    .optRecipe(recipe(3).optStepsPerEpoch(7).optWarmupEpochs(1).build())
                    .addListener(listener)
                    .build()
                    .distill(unlabelled(), validation());
        }
        assertThat(steps).hasSize(21);
        assertThat(steps.get(0).learningRate()).isZero();
        assertThat(steps.get(7).learningRate()).isEqualTo(0.2);
        assertThat(steps.get(20).step()).isEqualTo(7);
        assertThat(epochs).extracting(EpochSummary::epoch).containsExactly(1, 2, 3);
        double mean =
                steps.subList(0, 7).stream().mapToDouble(StepSummary::loss).average().orElseThrow();
        assertThat(epochs.get(0).loss()).isCloseTo(mean, within(1e-9));
        assertThat(epochs.get(0).evaluation().examples()).isEqualTo(200);
    }

    @Test
    void distill_runFolder_holdsTheStudentAndItsStory() throws Exception {
        Path run = folder.resolve("run");
        String saved;
        try (Model student = Model.newInstance("pupil", "PyTorch")) {
            student.setBlock(Fixtures.mlp(Fixtures.CLASSES));
            DistillationResult result =
                    Distiller.builder()
                            .setTeacher(Teacher.of(teacher))
                            .setStudent(student)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe(3).optSeed(11).build())
                            .optRunFolder(run)
                            .build()
                            .distill(unlabelled(), validation());
            saved = Parameters.digest(student.getBlock());
            Provenance provenance = Provenance.read(run.resolve("provenance.json"));
            assertThat(provenance.seed()).isEqualTo(11);
            assertThat(provenance.loss()).isEqualTo("SymmetricKl");
            assertThat(provenance.student().digest()).isEqualTo(saved);
            assertThat(provenance.student().name()).isEqualTo("pupil");
            Provenance.TeacherFacts facts = Objects.requireNonNull(provenance.teacher());
            assertThat(facts.digestAfter()).isEqualTo(result.teacherDigest());
            assertThat(facts.classCount()).isEqualTo(3);
            assertThat(provenance.recipe()).containsEntry("epochs", 3L);
        }
        assertThat(Files.readAllLines(run.resolve("metrics.csv"))).hasSize(4);
        assertThat(run.resolve("report.html")).content().contains("Validation accuracy");
        try (var files = Files.list(run)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("events.out.tfevents"))
                    .contains("student-0000.params", "quarantine.csv");
        }
        try (Model again = Model.newInstance("student", "PyTorch")) {
            again.setBlock(Fixtures.mlp(Fixtures.CLASSES));
            again.load(run, "student");
            assertThat(Parameters.digest(again.getBlock()))
                    .as("the student's tensors, all of them and no others")
                    .isEqualTo(saved);
        }
    }

    @Test
    void distill_runFolderInUse_isRefusedAndKept() throws Exception {
        Path file = Files.writeString(folder.resolve("mine.txt"), "keep");
        try (Model student = Model.newInstance("student", "PyTorch")) {
            student.setBlock(Fixtures.mlp(Fixtures.CLASSES));
            Distiller distiller =
                    Distiller.builder()
                            .setTeacher(Teacher.of(teacher))
                            .setStudent(student)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRunFolder(folder)
                            .build();
            assertThatThrownBy(() -> distiller.distill(unlabelled(), validation()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("run folder must be new or empty, but");
            assertThat(file).hasContent("keep");
        }
    }

    @Test
    void distill_afterTheRun_modelsAreAsTrainableAsBefore() throws Exception {
        try (Model student = Model.newInstance("student", "PyTorch")) {
            student.setBlock(Fixtures.mlp(Fixtures.CLASSES));
            distill(student, Teacher.of(teacher), recipe(1));
            for (Model model : List.of(student, teacher)) {
                for (Parameter parameter : model.getBlock().getParameters().values()) {
                    NDArray array = parameter.getArray();
                    assertThat(array.hasGradient()).isEqualTo(parameter.requiresGradient());
                    assertThat(parameter.requiresGradient())
                            .isEqualTo(!Parameters.isBuffer(parameter));
                }
            }
        }
    }

    private DistillationResult distill(Model student, Teacher from, RecipeBuilder recipe)
            throws Exception {
        return Distiller.builder()
                .setTeacher(from)
                .setStudent(student)
                .setLoss(DistillationLoss.symmetricKl())
                .optRecipe(recipe.build())
                .build()
                .distill(unlabelled(), validation());
    }

    private static RecipeBuilder recipe(int epochs) {
        return Recipe.ssld().optEpochs(epochs).optLearningRate(0.2);
    }

    private ArrayDataset shuffledTable(long seed) {
        float[][] features = Fixtures.features(800, seed);
        return new ArrayDataset.Builder()
                .setData(manager.create(features))
                .optLabels(manager.create(Fixtures.labels(features)))
                .setSampling(32, true, true)
                .build();
    }

    private ArrayDataset unlabelled() {
        return Fixtures.unlabelled(manager, 800, 32, 21);
    }

    private ArrayDataset validation() {
        return Fixtures.table(manager, 200, 64, 22);
    }

    private static void copy(Model from, Model to) {
        List<Parameter> source = from.getBlock().getParameters().values();
        List<Parameter> target = to.getBlock().getParameters().values();
        for (int i = 0; i < source.size(); i++) {
            target.get(i).getArray().set(source.get(i).getArray().toFloatArray());
        }
    }
}
