package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import io.ssld.core.Distiller;
import io.ssld.core.checkpoint.CheckpointPolicy;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.RunStoppedException;
import io.ssld.core.run.StepSummary;
import io.ssld.core.run.StopSignal;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.EmaSettings;
import io.ssld.core.train.Recipe;
import io.ssld.losses.DistillationLoss;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A student that is a TorchScript module, with batch norm and dropout: saved and resumed whole. */
class TorchScriptStudentTest {

    private static final int EPOCHS = 3;
    private static final int STEPS = 4;

    @TempDir private Path folder;

    private NDManager manager;
    private NDArray features;
    private NDList probe;

    @BeforeEach
    void setUp() {
        manager = NDManager.newBaseManager("PyTorch");
        manager.getEngine().setRandomSeed(5);
        features = manager.randomNormal(new Shape(64, 8)).mul(2).add(1);
        probe = new NDList(manager.randomNormal(new Shape(6, 8)));
    }

    @AfterEach
    void tearDown() {
        manager.close();
    }

    private static Path resource() throws Exception {
        URL url = Objects.requireNonNull(Teacher.class.getResource("mlp.pt"));
        return Objects.requireNonNull(Path.of(url.toURI()).getParent());
    }

    private static Model student() throws Exception {
        Model student = Model.newInstance("mlp", "PyTorch");
        student.load(resource(), "mlp", Map.of("trainParam", "true"));
        return student;
    }

    private Distiller.Builder distiller(Model student, Path run) {
        Teacher teacher = inputs -> inputs.head().get(":, :4").mul(3);
        return Distiller.builder()
                .setTeacher(teacher)
                .setStudent(student)
                .setLoss(DistillationLoss.symmetricKl())
                .optRecipe(
                        Recipe.ssld()
                                .optEpochs(EPOCHS)
                                .optStepsPerEpoch(STEPS)
                                .optWarmupEpochs(1)
                                .optLearningRate(0.1)
                                .optEma(new EmaSettings(0.9, true))
                                .optSeed(11)
                                .build())
                .optCheckpoints(new CheckpointPolicy(OptionalLong.of(1), Optional.empty(), 2))
                .optRunFolder(run);
    }

    private void run(Distiller distiller) throws Exception {
        ArrayDataset training =
                new ArrayDataset.Builder().setData(features).setSampling(8, true).build();
        ArrayDataset validation =
                new ArrayDataset.Builder()
                        .setData(features)
                        .optLabels(features.get(":, :4").argMax(1))
                        .setSampling(16, false)
                        .build();
        distiller.distill(training, validation);
    }

    private void stopAt(int step, Path run) throws Exception {
        StopSignal signal = new StopSignal();
        try (Model student = student()) {
            Distiller distiller =
                    distiller(student, run)
                            .optStopSignal(signal)
                            .addListener(
                                    new RunListener() {
                                        private int left = step;

                                        @Override
                                        public void onStep(StepSummary summary) {
                                            if (--left == 0) {
                                                signal.request();
                                            }
                                        }
                                    })
                            .build();
            assertThatThrownBy(() -> run(distiller))
                    .isInstanceOf(RunStoppedException.class)
                    .hasMessageContaining("resume it");
        }
    }

    private float[] answers(Model model) {
        return Teacher.of(model).logits(probe).toFloatArray();
    }

    private float[] saved(Path run, String name) throws Exception {
        try (Model model = Model.newInstance(name, "PyTorch")) {
            model.load(run, name);
            return answers(model);
        }
    }

    private static List<String> metrics(Path run) throws Exception {
        return Files.readAllLines(run.resolve("metrics.csv")).stream()
                .map(row -> row.replaceAll(",[^,]*,[^,]*$", ""))
                .toList();
    }

    @Test
    void distill_runFolder_savesWhatDjlLoads() throws Exception {
        Path run = folder.resolve("run");
        try (Model student = student()) {
            float[] before = answers(student);
            run(distiller(student, run).build());
            assertThat(saved(run, "student")).isEqualTo(answers(student)).isNotEqualTo(before);
        }
        for (String name : List.of("student", "student-raw", "best")) {
            assertThat(run.resolve(name + "-0000.params")).doesNotExist();
            // As torch.jit.save writes it, from its first byte, so that torch.jit.load reads it.
            assertThat(Files.readAllBytes(run.resolve(name + ".pt"))).startsWith('P', 'K', 3, 4);
            saved(run, name);
        }
    }

    /** Weights, running statistics, optimiser and average: nothing is lost at any step. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 6, 11})
    void distill_stoppedAndResumed_equalsTheRunInOneGo(int step) throws Exception {
        Path whole = folder.resolve("whole");
        float[] expected;
        try (Model student = student()) {
            run(distiller(student, whole).build());
            expected = answers(student);
        }
        Path run = folder.resolve("run");
        stopAt(step, run);
        try (Model student = student()) {
            run(distiller(student, run).optResume(true).build());
            assertThat(answers(student)).as("the model of the caller").isEqualTo(expected);
        }
        for (String name : List.of("student", "student-raw", "best")) {
            assertThat(saved(run, name)).as(name).isEqualTo(saved(whole, name));
        }
        assertThat(metrics(run)).isEqualTo(metrics(whole));
    }

    /** The caller may have looked at the parameters before, which DJL then remembers. */
    @Test
    void distill_resumedWithParametersThatWereListed_trainsTheNewOnes() throws Exception {
        Path run = folder.resolve("run");
        stopAt(5, run);
        try (Model student = student()) {
            student.getBlock().getParameters();
            run(distiller(student, run).optResume(true).build());
            assertThat(saved(run, "student")).isEqualTo(answers(student));
        }
    }
}
