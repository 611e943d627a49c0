package io.ssld.losses;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and in which words. */
class DistillationLossErrorsTest {

    private final DistillationLoss loss = DistillationLoss.symmetricKl();
    private NDManager manager;
    private NDArray logits;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
        logits = manager.ones(new Shape(2, 4));
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void evaluate_noPredictions_refused() {
        assertRefused(
                new NDList(logits),
                new NDList(),
                "predictions must hold the student's logits first, but was empty");
    }

    @Test
    void evaluate_noLabelsOrThree_refused() {
        String rule =
                "labels must hold the teacher's logits, or targets and the teacher's logits, but"
                        + " was a list of ";
        assertRefused(new NDList(), new NDList(logits), rule + 0);
        assertRefused(new NDList(logits, logits, logits), new NDList(logits), rule + 3);
    }

    @Test
    void evaluate_studentNotAMatrix_refused() {
        for (Shape shape : new Shape[] {new Shape(4), new Shape(2, 4, 1), new Shape(0, 4)}) {
            assertRefused(
                    new NDList(logits),
                    new NDList(manager.ones(shape)),
                    "student logits must have shape (N, C) with N and C at least 1, but was "
                            + shape
                            + "; flatten the network's output to one row per example");
        }
    }

    @Test
    void evaluate_teacherOfOtherShape_refused() {
        assertRefused(
                new NDList(manager.ones(new Shape(2, 5))),
                new NDList(logits),
                "teacher logits must have the student's shape (2, 4), but was (2, 5); put them in"
                        + " the last label slot, one row per example");
    }

    @Test
    void evaluate_integerLogits_refused() {
        NDArray integers = logits.toType(DataType.INT64, true);
        String rule =
                " must be FLOAT16, FLOAT32 or FLOAT64, but was int64; convert them to FLOAT32"
                        + " inside the network that makes them";
        assertRefused(new NDList(logits), new NDList(integers), "student logits" + rule);
        assertRefused(new NDList(integers), new NDList(logits), "teacher logits" + rule);
    }

    /** A stand-in, for making a real BFLOAT16 array from Java ends the process. */
    @Test
    void evaluate_bfloat16_refused() {
        NDArray bfloat16 =
                (NDArray)
                        Proxy.newProxyInstance(
                                NDArray.class.getClassLoader(),
                                new Class<?>[] {NDArray.class},
                                (proxy, method, arguments) ->
                                        switch (method.getName()) {
                                            case "getDataType" -> DataType.BFLOAT16;
                                            case "getShape" -> new Shape(2);
                                            default -> throw new AssertionError(method);
                                        });
        assertRefused(
                new NDList(bfloat16),
                new NDList(logits),
                "teacher logits must be FLOAT16, FLOAT32 or FLOAT64, but was bfloat16; convert them"
                        + " to FLOAT32 inside the network that makes them");
        DistillationLoss hard =
                DistillationLoss.builder()
                        .setDivergence(Divergences::kl)
                        .optHardLabelWeight(1)
                        .build();
        assertThatThrownBy(() -> hard.evaluate(new NDList(bfloat16, logits), new NDList(logits)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "targets must be an integer or float array, but was BFLOAT16; use INT64");
    }

    @Test
    void evaluate_divergenceOfWrongShape_refused() {
        DistillationLoss summed =
                DistillationLoss.builder().setDivergence((s, t) -> s.sub(t).sum()).build();
        assertThatThrownBy(() -> summed.evaluate(new NDList(logits), new NDList(logits)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("divergence must return one value per example, shape (2), but was ()");
    }

    @Test
    void build_withoutDivergence_namesIt() {
        assertThatThrownBy(() -> DistillationLoss.builder().optTemperature(2).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "divergence must be set, but was missing; call setDivergence, with"
                                + " Divergences::symmetricKl for instance");
    }

    @Test
    void builder_settingTwice_quotesTheEarlierValue() {
        DistillationLoss.Builder builder =
                DistillationLoss.builder()
                        .setDivergence(Divergences::kl)
                        .optTemperature(4)
                        .optWeight(.5f)
                        .optHardLabelWeight(.25f)
                        .optName("first");
        assertSetTwice(() -> builder.setDivergence(Divergences::kl), "divergence", "");
        assertSetTwice(() -> builder.optTemperature(1), "temperature", "4.0");
        assertSetTwice(() -> builder.optWeight(1), "weight", "0.5");
        assertSetTwice(() -> builder.optHardLabelWeight(1), "hardLabelWeight", "0.25");
        assertSetTwice(() -> builder.optName("second"), "name", "first");
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
    void optTemperature_outOfRange_refused(float temperature) {
        assertThatThrownBy(() -> DistillationLoss.kl(temperature))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "temperature must be finite and greater than 0, but was " + temperature);
    }

    @ParameterizedTest
    @ValueSource(floats = {-.1f, Float.NaN, Float.NEGATIVE_INFINITY})
    void optWeights_outOfRange_refused(float weight) {
        DistillationLoss.Builder builder = DistillationLoss.builder();
        assertThatThrownBy(() -> builder.optWeight(weight))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weight must be finite and at least 0, but was " + weight);
        assertThatThrownBy(() -> builder.optHardLabelWeight(weight))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("hardLabelWeight must be finite and at least 0, but was " + weight);
    }

    @Test
    void optName_blank_refused() {
        assertThatThrownBy(() -> DistillationLoss.builder().optName(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name must have a visible character, but was ' '");
    }

    private void assertRefused(NDList labels, NDList predictions, String message) {
        assertThatThrownBy(() -> loss.evaluate(labels, predictions))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static void assertSetTwice(Runnable call, String name, String earlier) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(name + " must be set once, but was " + earlier)
                .hasMessageEndingWith("; remove one of the two calls");
    }
}
