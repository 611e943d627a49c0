package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import io.ssld.core.Distiller;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.Normalization;
import io.ssld.core.run.EpochSummary;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.StepSummary;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.engine.internal.Parameters;
import io.ssld.losses.DistillationLoss;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every mistake in a set-up that a run refuses, with what it says. */
class ContractsTest {

    private NDManager manager;
    private Model teacher;
    private Model student;

    @BeforeEach
    void setUp() {
        manager = NDManager.newBaseManager();
        teacher = Fixtures.model("teacher", Fixtures.mlp(Fixtures.CLASSES), 1);
        student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 2);
    }

    @AfterEach
    void tearDown() {
        student.close();
        teacher.close();
        manager.close();
    }

    @Test
    void distill_otherClassCount_isRefused() {
        try (Model wide = Fixtures.model("wide", Fixtures.mlp(5), 3)) {
            refuses(
                    distiller().setStudent(wide).setTeacher(Teacher.of(teacher)),
                    "student must have the teacher's 3 classes, but has 5;"
                            + " build the student for 3 classes or use a teacher for 5");
        }
    }

    @Test
    void distill_teacherIsTheStudent_isRefused() {
        refuses(
                distiller().setStudent(student).setTeacher(Teacher.of(student)),
                "teacher and student must be two networks, but student and student share");
    }

    @Test
    void distill_studentInsideAnAverage_isRefused() {
        Teacher both = Teacher.average(List.of(Teacher.of(teacher), Teacher.of(student)));
        refuses(
                distiller().setStudent(student).setTeacher(both),
                "average(teacher, student) and student share parameters");
    }

    @Test
    void distill_studentWithoutParameters_isRefused() {
        try (Model empty = Model.newInstance("empty", "PyTorch")) {
            empty.setBlock(new SequentialBlock().add(Activation::relu));
            refuses(
                    distiller().setStudent(empty).setTeacher(Teacher.of(teacher)),
                    "student must have parameters to train, but empty has none");
        }
    }

    @Test
    void distill_frozenStudent_isRefused() {
        student.getBlock().freezeParameters(true);
        refuses(
                distiller().setStudent(student).setTeacher(Teacher.of(teacher)),
                "unfreeze some of them");
    }

    @Test
    void distill_damagedStudent_isRefused() {
        NDArray weight = student.getBlock().getParameters().valueAt(0).getArray();
        float[] values = weight.toFloatArray();
        values[3] = Float.POSITIVE_INFINITY;
        weight.set(values);
        refuses(
                distiller().setStudent(student).setTeacher(Teacher.of(teacher)),
                "student parameter 01Linear_weight must be finite, but holds NaN or infinity");
    }

    @Test
    void distill_studentThatEndsInFeatures_isRefused() {
        try (Model trunk = Model.newInstance("trunk", "PyTorch")) {
            trunk.setBlock(Fixtures.mlp(3).add(array -> new NDList(array.head().expandDims(2))));
            refuses(
                    distiller().setStudent(trunk).setTeacher(Teacher.of(teacher)),
                    "student's first output must be logits of shape (16, classes), but was"
                            + " (16, 3, 1)");
        }
    }

    @Test
    void distill_notANumberAmongTheInputs_isRefused() {
        float[][] features = Fixtures.features(32, 1);
        features[3][2] = Float.NaN;
        ArrayDataset damaged =
                new ArrayDataset.Builder()
                        .setData(manager.create(features))
                        .setSampling(16, false)
                        .build();
        refuses(ready(), damaged, validation(), "inputs must be finite, but the first batch");
    }

    @Test
    void distill_validationWithoutLabels_isRefused() {
        refuses(
                ready(),
                Fixtures.unlabelled(manager, 32, 16, 1),
                Fixtures.unlabelled(manager, 32, 16, 2),
                "validation data must be labelled");
    }

    @Test
    void distill_validationLabelBeyondTheClasses_isRefused() {
        ArrayDataset wrong =
                new ArrayDataset.Builder()
                        .setData(manager.create(Fixtures.features(2, 1)))
                        .optLabels(manager.create(new int[] {0, 3}))
                        .setSampling(2, false)
                        .build();
        refuses(
                ready(),
                Fixtures.unlabelled(manager, 32, 16, 1),
                wrong,
                "label must be less than the networks' 3 classes, but was 3");
    }

    @Test
    void distill_batchLargerThanTheData_isRefused() {
        ArrayDataset few =
                new ArrayDataset.Builder()
                        .setData(manager.create(Fixtures.features(5, 1)))
                        .setSampling(16, false, true)
                        .build();
        refuses(ready(), few, validation(), "training data must fill at least one batch");
    }

    @Test
    void distill_teacherDeclaresNormalizationAndDataDoesNot_isRefused() {
        refuses(
                distiller()
                        .setStudent(student)
                        .setTeacher(Teacher.of(teacher).withNormalization(Normalization.IMAGENET)),
                "optNormalization must tell how the inputs are normalised, because teacher teacher"
                        + " wants");
    }

    @Test
    void train_unlabelledExamples_areRefused() {
        SupervisedTrainer trainer =
                SupervisedTrainer.builder().setModel(student).optRecipe(shortRecipe()).build();
        assertThatThrownBy(
                        () -> trainer.train(Fixtures.unlabelled(manager, 32, 16, 1), validation()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("training data must be labelled to train without a teacher");
    }

    @Test
    void distill_duringAnotherTraining_isRefused() throws Exception {
        List<String> messages = new ArrayList<>();
        try (Model other = Fixtures.model("other", Fixtures.mlp(Fixtures.CLASSES), 5)) {
            RunListener second =
                    new RunListener() {
                        @Override
                        public void onEpoch(EpochSummary epoch) {
                            try {
                                distiller()
                                        .setStudent(other)
                                        .setTeacher(Teacher.of(teacher))
                                        .build()
                                        .distill(training(), validation());
                            } catch (Exception e) {
                                messages.add(e.getMessage());
                            }
                        }
                    };
            ready().addListener(second).build().distill(training(), validation());
        }
        assertThat(messages)
                .singleElement()
                .asString()
                .startsWith("only one training must run in a JVM at a time, but another");
        ready().build().distill(training(), validation()); // the lock is free again
    }

    @Test
    void distill_lossThatDiverges_stopsAndKeepsTheLastFiniteStudent() {
        Loss diverging =
                new Loss("diverging") {
                    private int steps;

                    @Override
                    public NDArray evaluate(NDList labels, NDList predictions) {
                        float factor = ++steps < 3 ? 1 : Float.NaN;
                        return predictions.head().square().mean().mul(factor);
                    }
                };
        Distiller distiller =
                Distiller.builder()
                        .setTeacher(Teacher.of(teacher))
                        .setStudent(student)
                        .setLoss(diverging)
                        .optRecipe(shortRecipe())
                        .build();
        assertThatThrownBy(() -> distiller.distill(training(), validation()))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageContaining("training loss must be finite, but was NaN");
        Parameters.requireUsable("student", student.getBlock().getParameters());
    }

    @Test
    void requireSupported_bfloat16_isRefusedByName() {
        assertThatThrownBy(() -> Parameters.requireSupported("input", DataType.BFLOAT16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "input must be FLOAT32, FLOAT64 or FLOAT16, but was BFLOAT16");
    }

    @Test
    void build_missingSetting_isNamed() {
        assertThatThrownBy(() -> Distiller.builder().setStudent(student).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("teacher, loss must be set before build()");
        assertThatThrownBy(() -> Distiller.builder().build())
                .hasMessage("teacher, student, loss must be set before build()");
        assertThatThrownBy(
                        () ->
                                Distiller.builder()
                                        .setStudent(student)
                                        .setTeacher(Teacher.of(teacher))
                                        .build())
                .hasMessage("loss must be set before build()");
    }

    @Test
    void build_settingGivenTwice_isRefused() {
        Recipe recipe = shortRecipe();
        assertThatThrownBy(() -> Distiller.builder().optRecipe(recipe).optRecipe(recipe))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("recipe must be set once, but was Recipe");
        assertThatThrownBy(() -> Distiller.builder().setStudent(student).setStudent(student))
                .hasMessageStartingWith("student must be set once");
    }

    private Distiller.Builder distiller() {
        return Distiller.builder().setLoss(DistillationLoss.symmetricKl()).optRecipe(shortRecipe());
    }

    private Distiller.Builder ready() {
        return distiller().setStudent(student).setTeacher(Teacher.of(teacher));
    }

    private static Recipe shortRecipe() {
        return Recipe.ssld().optEpochs(1).optStepsPerEpoch(4).build();
    }

    private Dataset training() {
        return Fixtures.unlabelled(manager, 32, 16, 1);
    }

    private Dataset validation() {
        return Fixtures.table(manager, 32, 16, 2);
    }

    private void refuses(Distiller.Builder builder, String message) {
        refuses(builder, training(), validation(), message);
    }

    private static void refuses(
            Distiller.Builder builder, Dataset training, Dataset validation, String message) {
        List<StepSummary> steps = new ArrayList<>();
        RunListener listener =
                new RunListener() {
                    @Override
                    public void onStep(StepSummary step) {
                        steps.add(step);
                    }
                };
        assertThatThrownBy(
                        () -> builder.addListener(listener).build().distill(training, validation))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThat(steps).as("before the first step").isEmpty();
    }
}
