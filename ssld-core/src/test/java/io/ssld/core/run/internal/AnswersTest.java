package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import io.ssld.core.Distiller;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.Normalization;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.teacher.AnswerCheck;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.losses.DistillationLoss;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that nobody can learn from, of teachers and students. */
class AnswersTest {

    private NDManager manager;
    private Model teacher;
    private Model student;

    @BeforeEach
    void setUp() {
        manager = NDManager.newBaseManager("PyTorch");
        teacher = Fixtures.model("net", Fixtures.mlp(Fixtures.CLASSES), 1);
        student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 2);
    }

    @AfterEach
    void tearDown() {
        student.close();
        teacher.close();
        manager.close();
    }

    private static Block softmaxed(Block logits) {
        return new SequentialBlock()
                .add(logits)
                .add(list -> new NDList(list.singletonOrThrow().softmax(1)));
    }

    /** The network, exported with the softmax at its end. */
    private Teacher probabilities() {
        return Teacher.of(softmaxed(teacher.getBlock())).named("exported");
    }

    private Dataset training() {
        return Fixtures.unlabelled(manager, 32, 16, 1);
    }

    private DistillationResult distill(Teacher from, Model to) throws Exception {
        return Distiller.builder()
                .setTeacher(from)
                .setStudent(to)
                .setLoss(DistillationLoss.symmetricKl())
                .optRecipe(Recipe.ssld().optEpochs(1).optStepsPerEpoch(4).optBatchSize(16).build())
                .build()
                .distill(training(), Fixtures.table(manager, 32, 16, 2));
    }

    private void refuses(Teacher from, String message) {
        assertThatThrownBy(() -> distill(from, student)).hasMessageContaining(message);
    }

    @Test
    void distill_teacherOfProbabilities_refusedAndRemedyNamed() {
        String message =
                "teacher exported must answer logits, but its answers to the first batch are"
                        + " probabilities";
        refuses(probabilities(), message);
        refuses(Teacher.average(List.of(Teacher.of(teacher), probabilities())), message);
        refuses(probabilities(), "Teacher.ofProbabilities(...)");
    }

    @Test
    void distill_halfPrecisionProbabilities_refused() {
        Teacher half =
                inputs ->
                        Teacher.of(teacher)
                                .logits(inputs)
                                .softmax(1)
                                .toType(DataType.FLOAT16, false);
        refuses(half, "are probabilities");
    }

    @Test
    void distill_studentOfProbabilities_refused() {
        try (Model ending = Model.newInstance("ending", "PyTorch")) {
            ending.setBlock(softmaxed(Fixtures.mlp(Fixtures.CLASSES)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> distill(Teacher.of(teacher), ending))
                    .withMessageContaining("student ending must answer logits")
                    .withMessageContaining("drop the softmax");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    SupervisedTrainer.builder()
                                            .setModel(ending)
                                            .build()
                                            .train(
                                                    Fixtures.table(manager, 32, 16, 1),
                                                    Fixtures.table(manager, 32, 16, 2)))
                    .withMessageContaining("student ending must answer logits");
        }
    }

    @Test
    void ofProbabilities_network_sameStudentAsOfLogits() throws Exception {
        distill(Teacher.of(teacher), student);
        try (Model other = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 2)) {
            distill(Teacher.ofProbabilities(probabilities()), other);
            float[] expected = weights(student);
            float[] actual = weights(other);
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
            }
        }
    }

    private static float[] weights(Model model) {
        return model.getBlock().getParameters().valueAt(0).getArray().toFloatArray();
    }

    @Test
    void ofProbabilities_zero_isTheFloorAndFinite() {
        Teacher hard = inputs -> inputs.getManager().create(new float[][] {{1, 0, 0}, {0, 1, 0}});
        NDList inputs = new NDList(manager.zeros(new Shape(2, Fixtures.FEATURES)));
        NDArray logits = Teacher.ofProbabilities(hard).logits(inputs);
        assertThat(logits.toFloatArray())
                .containsExactly(
                        new float[] {0, -16.118f, -16.118f, -16.118f, 0, -16.118f}, within(1e-3f));
    }

    @Test
    void ofProbabilities_renormalizedCompiledOrAveraged_stillTheLogarithm() {
        NDList inputs = new NDList(manager.create(Fixtures.features(4, 3)));
        NDArray expected = Teacher.of(teacher).logits(inputs).logSoftmax(1);
        RunTeacher wrapped = Teacher.ofProbabilities(probabilities());
        RunTeacher average = Teacher.average(List.of(wrapped, wrapped));
        RunTeacher outer =
                Teacher.ofProbabilities(
                        Teacher.of(softmaxed(teacher.getBlock())).named("x").compiled());
        for (RunTeacher each :
                List.of(wrapped, average, outer, wrapped.forInputs(Normalization.HALF))) {
            float difference =
                    each.logits(inputs).logSoftmax(1).sub(expected).abs().max().getFloat();
            assertThat(difference).isLessThan(1e-4f);
        }
        assertThat(wrapped.name()).isEqualTo("exported");
        assertThat(wrapped.parameters().size()).isEqualTo(Teacher.of(teacher).parameters().size());
    }

    @Test
    void ofProbabilities_logits_refused() {
        NDList inputs = new NDList(manager.create(Fixtures.features(4, 3)));
        Teacher wrong = Teacher.ofProbabilities(Teacher.of(teacher));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> wrong.logits(inputs))
                .withMessageContaining("teacher net must answer probabilities");
    }

    @Test
    @SuppressWarnings("NullAway") // what somebody else's teacher may do
    void distill_teacherOfNull_namedWhereverItIs() {
        Teacher silent = inputs -> null;
        String message =
                "teacher function must answer logits of shape (16, classes), but answered null";
        refuses(silent, message);
        refuses(Teacher.average(List.of(Teacher.of(teacher), silent)), message);
        refuses(Teacher.ofProbabilities(silent), message);
    }

    @Test
    void distill_teacherOfAnotherShapeOrType_named() {
        refuses(
                inputs -> inputs.head().sum(),
                "teacher function must answer logits of shape (16, classes), but answered ()");
        refuses(
                inputs -> inputs.head().get(":8, :3"),
                "must answer logits of shape (16, classes), but answered (8, 3)");
        refuses(
                inputs -> inputs.head().get(":, :3").toType(DataType.INT32, false),
                "must answer floating numbers, but answered int32");
    }

    @Test
    @SuppressWarnings("NullAway") // what somebody else's teacher may do
    void distill_teacherThatLaterIsAnother_named() {
        refuses(later(inputs -> null), "teacher function must answer logits");
        refuses(
                later(inputs -> inputs.head().get(":, :2")),
                "must always answer the student's 3 classes, but now answered 2");
        refuses(
                later(inputs -> inputs.head().get(":, :3").mul(Float.NaN)),
                "teacher function must answer finite logits, but 48 of 48 were NaN or infinite");
    }

    /** One that is well in the checks before the first step. */
    private static Teacher later(Teacher then) {
        AtomicInteger asked = new AtomicInteger();
        return inputs ->
                asked.incrementAndGet() < 8 ? inputs.head().get(":, :3") : then.logits(inputs);
    }

    @Test
    void distill_teacherOf16Bits_studentAsOf32Bits() throws Exception {
        distill(inputs -> rounded(inputs).toType(DataType.FLOAT16, false), student);
        try (Model other = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 2)) {
            distill(this::rounded, other);
            assertThat(weights(student)).isEqualTo(weights(other));
        }
    }

    /** Logits that 16 bits hold. */
    private NDArray rounded(NDList inputs) {
        return Teacher.of(teacher)
                .logits(inputs)
                .toType(DataType.FLOAT16, false)
                .toType(DataType.FLOAT32, false);
    }

    @Test
    void distill_closedTeacher_namedBeforeTheFirstStep() {
        Model closed = Fixtures.model("spent", Fixtures.mlp(Fixtures.CLASSES), 1);
        Teacher whole = Teacher.of(closed);
        Teacher blockOnly = Teacher.of(closed.getBlock()).named("parts");
        closed.close();
        String message = " must be open, but its model, or the manager of its parameters, has been";
        refuses(whole, "teacher spent" + message);
        refuses(blockOnly, "teacher parts" + message);
        refuses(Teacher.average(List.of(Teacher.of(teacher), whole)), "teacher spent" + message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Teacher.of(closed))
                .withMessageContaining("teacher spent" + message);
    }

    @Test
    void distill_closedStudent_namedBeforeTheFirstStep() {
        Model closed = Fixtures.model("spent", Fixtures.mlp(Fixtures.CLASSES), 2);
        Distiller.Builder builder =
                Distiller.builder()
                        .setTeacher(Teacher.of(teacher))
                        .setStudent(closed)
                        .setLoss(DistillationLoss.symmetricKl());
        closed.close();
        String message = "student spent must be open, but its model has been closed; load or build";
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                builder.build()
                                        .distill(training(), Fixtures.table(manager, 32, 16, 2)))
                .withMessageContaining(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Distiller.builder().setStudent(closed))
                .withMessageContaining(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SupervisedTrainer.builder().setModel(closed))
                .withMessageContaining(message);
    }

    private void refusesLoss(BiFunction<NDArray, NDArray, NDArray> value, String message) {
        Loss loss =
                new Loss("mine") {
                    @Override
                    public NDArray evaluate(NDList labels, NDList predictions) {
                        return value.apply(labels.get(0), predictions.singletonOrThrow());
                    }
                };
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                SupervisedTrainer.builder()
                                        .setModel(student)
                                        .optLoss(loss)
                                        .build()
                                        .train(
                                                Fixtures.table(manager, 32, 16, 1),
                                                Fixtures.table(manager, 32, 16, 2)))
                .withMessageContaining(message);
    }

    @Test
    void train_lossOfAVector_named() {
        refusesLoss(
                (labels, logits) -> logits.square().sum(new int[] {1}),
                "loss must return one number a batch, but mine returned shape (16); take the mean");
    }

    @Test
    void train_detachedLoss_named() {
        String message =
                "loss must depend on what the student learns, but what mine returned has no"
                        + " gradient";
        refusesLoss((labels, logits) -> logits.stopGradient().square().mean(), message);
        refusesLoss((labels, logits) -> labels.toType(DataType.FLOAT32, true).mean(), message);
    }

    @Test
    void distill_teacherOfNaN_named() {
        refuses(
                inputs -> inputs.head().get(":, :3").mul(Float.NaN),
                "teacher function must answer finite logits, but 48 of 48 were NaN or infinite");
        Teacher infinite = inputs -> inputs.head().get(":, :3").div(0);
        refuses(
                Teacher.average(List.of(Teacher.of(teacher), infinite)),
                "teacher function must answer finite logits");
    }

    @Test
    void areProbabilities_rows_toldFromLogits() {
        assertThat(AnswerCheck.areProbabilities(manager.create(new float[][] {{.2f, .8f}})))
                .isTrue();
        assertThat(AnswerCheck.areProbabilities(manager.create(new float[][] {{1}}))).isFalse();
        assertThat(
                        AnswerCheck.areProbabilities(
                                manager.create(new float[][] {{.2f, .8f}, {.3f, .8f}})))
                .isFalse();
        assertThat(AnswerCheck.areProbabilities(manager.create(new float[][] {{-.2f, 1.2f}})))
                .isFalse();
        assertThat(AnswerCheck.areProbabilities(manager.create(new float[][] {{Float.NaN, 1}})))
                .isFalse();
    }
}
