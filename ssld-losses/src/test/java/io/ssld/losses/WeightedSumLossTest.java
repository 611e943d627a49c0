package io.ssld.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.loss.IndexLoss;
import ai.djl.training.loss.Loss;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WeightedSumLossTest {

    private static final int[] TARGETS = {0, 2};

    private NDManager manager;
    private NDArray student;
    private NDArray teacher;
    private NDArray target;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
        student = Batches.array(manager, Batches.STUDENT, DataType.FLOAT32);
        teacher = Batches.array(manager, Batches.TEACHER, DataType.FLOAT32);
        target = manager.create(TARGETS);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void evaluate_distillationAndIndexedCrossEntropy_weightedSum() {
        Loss loss = softAndHard(2, .5f);
        double expected = 2 * .2071455220 + .5 * .4976596962;
        assertThat(Batches.value(loss, student, target, teacher)).isCloseTo(expected, within(1e-6));
    }

    @Test
    void backward_distillationAndIndexedCrossEntropy_weightedSumOfGradients() {
        double[][] expected =
                Reference.gradient(
                        s ->
                                2 * Reference.mean(Reference::symmetricKl, s, Batches.TEACHER, 1)
                                        + .5 * Reference.crossEntropy(s, TARGETS),
                        Batches.rows(student));
        NDArray gradient = Batches.gradient(softAndHard(2, .5f), student, target, teacher);
        assertThat(Batches.doubles(gradient)).containsExactly(Batches.flat(expected), within(1e-6));
    }

    @Test
    void evaluate_sameWeightsAsHardLabelSetting_sameValue() {
        Loss builtIn =
                DistillationLoss.builder()
                        .setDivergence(Divergences::symmetricKl)
                        .optWeight(2)
                        .optHardLabelWeight(.5f)
                        .build();
        assertThat(Batches.value(softAndHard(2, .5f), student, target, teacher))
                .isCloseTo(Batches.value(builtIn, student, target, teacher), within(1e-6));
    }

    @Test
    void evaluate_oneOrTwoOrNegativeWeights_weightedSum() {
        double soft = Batches.value(DistillationLoss.symmetricKl(), student, teacher);
        Loss one = WeightedSumLoss.builder().add(DistillationLoss.symmetricKl(), 3).build();
        Loss two =
                WeightedSumLoss.builder()
                        .add(DistillationLoss.symmetricKl(), 3)
                        .add(DistillationLoss.symmetricKl(), -1)
                        .build();
        assertThat(Batches.value(one, student, teacher)).isCloseTo(3 * soft, within(1e-6));
        assertThat(Batches.value(two, student, teacher)).isCloseTo(2 * soft, within(1e-6));
    }

    @Test
    void add_weightZero_refused() {
        Loss loss = DistillationLoss.symmetricKl();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WeightedSumLoss.builder().add(loss, 0))
                .withMessageContaining("weight of SymmetricKl must not be 0");
    }

    @Test
    void accumulator_twoBatches_averageOfTheSums() {
        Loss loss = softAndHard(1, 1);
        loss.addAccumulator("run");
        loss.updateAccumulator("run", new NDList(target, teacher), new NDList(student));
        loss.updateAccumulator("run", new NDList(target, student), new NDList(student));
        double expected = (.2071455220 + 2 * .4976596962) / 2;
        assertThat((double) loss.getAccumulator("run")).isCloseTo(expected, within(1e-6));
    }

    @Test
    void name_givenOrDefault_reported() {
        assertThat(softAndHard(1, 1).getName()).isEqualTo("WeightedSumLoss");
        Loss named =
                WeightedSumLoss.builder()
                        .add(DistillationLoss.symmetricKl(), 1)
                        .optName("total")
                        .build();
        assertThat(named.getName()).isEqualTo("total");
    }

    @Test
    void build_withoutLosses_refused() {
        assertThatThrownBy(() -> WeightedSumLoss.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("losses must hold at least one loss, but was empty; call add");
    }

    @Test
    void builder_misuse_refused() {
        WeightedSumLoss.Builder builder = WeightedSumLoss.builder().optName("first");
        assertThatThrownBy(() -> builder.add(DistillationLoss.symmetricKl(), Float.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weight of SymmetricKl must be finite, but was NaN");
        assertThatThrownBy(() -> builder.optName("second"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "name must be set once, but was first already; remove one of the two"
                                + " calls");
    }

    private static Loss softAndHard(float soft, float hard) {
        return WeightedSumLoss.builder()
                .add(DistillationLoss.symmetricKl(), soft)
                .add(new IndexLoss(Loss.softmaxCrossEntropyLoss(), 0, LabelSlots.TARGET), hard)
                .build();
    }
}
