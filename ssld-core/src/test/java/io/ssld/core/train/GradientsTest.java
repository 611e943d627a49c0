package io.ssld.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.ParameterList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GradientsTest {

    private NDManager manager;
    private TorchProblem problem;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
        problem = new TorchProblem(manager, DataType.FLOAT32);
        problem.backward(0);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private double gradient(String name) {
        return problem.get(name).getGradient().toFloatArray()[0];
    }

    @Test
    void clip_normBelowTheLimit_changesNothing() {
        double before = gradient("w");
        double norm = Gradients.clip(problem.parameters, 1e3, manager);
        assertThat(norm).isCloseTo(Gradients.norm(problem.parameters, manager), within(1e-12));
        assertThat(gradient("w")).isEqualTo(before);
    }

    @Test
    void clip_normAboveTheLimit_bringsItToTheLimit() {
        assertThat(Gradients.clip(problem.parameters, 0.1, manager)).isGreaterThan(0.5);
        assertThat(Gradients.norm(problem.parameters, manager)).isCloseTo(0.1, within(1e-6));
    }

    @Test
    void clip_gradientNotANumber_isReportedAndLeft() {
        double before = gradient("w");
        spoil();
        assertThat(Gradients.clip(problem.parameters, 0.1, manager)).isNaN();
        assertThat(gradient("w")).isEqualTo(before);
    }

    @Test
    void zero_gradientNotANumber_isZeroAfterwards() {
        spoil();
        Gradients.zero(problem.parameters, manager);
        assertThat(Gradients.norm(problem.parameters, manager)).isZero();
    }

    private void spoil() {
        NDArray gradient = problem.get("b").getGradient();
        gradient.divi(0).subi(gradient.duplicate());
        assertThat(problem.get("b").getGradient().toFloatArray()[0]).isNaN();
    }

    @Test
    void scale_frozenParameter_isLeftOut() {
        double whole = Gradients.norm(problem.parameters, manager);
        problem.parameters.get("w").freeze(true);
        double rest = Gradients.norm(problem.parameters, manager);
        assertThat(rest).isLessThan(whole).isGreaterThan(0);
        Gradients.scale(problem.parameters, 0.5, manager);
        assertThat(Gradients.norm(problem.parameters, manager)).isCloseTo(rest / 2, within(1e-6));
    }

    @Test
    void norm_nothingToTrain_isZero() {
        assertThat(Gradients.norm(new ParameterList(), manager)).isZero();
    }

    @Test
    void allMethods_manyTimes_leaveNoArrays() {
        int before = manager.getManagedArrays().size();
        for (int i = 0; i < 5; i++) {
            Gradients.clip(problem.parameters, 1e-3, manager);
            Gradients.zero(problem.parameters, manager);
        }
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void clip_limitNotPositive_isRefused() {
        assertThatThrownBy(() -> Gradients.clip(problem.parameters, 0, manager))
                .hasMessage("clipNorm must be positive, but was 0.0");
    }
}
