package io.ssld.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MomentumSgdTest {

    private static final double[] RATES = {0.0, 0.1, 0.3, 0.2, 0.05};

    @ParameterizedTest
    @EnumSource(DecayRule.class)
    void step_changingRate_followsTheFormulaByRole(DecayRule rule) {
        try (NDManager manager = NDManager.newBaseManager()) {
            ParameterList parameters = new ParameterList();
            for (Parameter.Type type :
                    new Parameter.Type[] {
                        Parameter.Type.WEIGHT,
                        Parameter.Type.BIAS,
                        Parameter.Type.GAMMA,
                        Parameter.Type.BETA
                    }) {
                parameters.add(type.name(), parameter(manager, type, 1.5f));
            }
            Optimizer optimizer = sgd(parameters, 0.8, 0.01, rule, manager);
            for (double rate : RATES) {
                squareGradients(parameters, manager);
                optimizer.step(0, rate, manager);
            }
            for (Parameter parameter : parameters.values()) {
                double decay = rule.appliesTo(parameter.getType()) ? 0.01 : 0;
                assertThat((double) parameter.getArray().getFloat())
                        .as("%s under %s", parameter.getType(), rule)
                        .isCloseTo(reference(1.5, 0.8, decay), within(1e-6));
            }
        }
    }

    /** v = mu v + g + wd w; w = w - lr v, for the loss w^2. */
    private static double reference(double start, double momentum, double decay) {
        double w = start;
        double v = 0;
        for (double rate : RATES) {
            v = momentum * v + 2 * w + decay * w;
            w -= rate * v;
        }
        return w;
    }

    @Test
    void decayRules_byRole_areAsNamed() {
        assertThat(DecayRule.ALL.appliesTo(Parameter.Type.GAMMA)).isTrue();
        assertThat(DecayRule.ALL_BUT_NORM.appliesTo(Parameter.Type.GAMMA)).isFalse();
        assertThat(DecayRule.ALL_BUT_NORM.appliesTo(Parameter.Type.BETA)).isFalse();
        assertThat(DecayRule.ALL_BUT_NORM.appliesTo(Parameter.Type.BIAS)).isTrue();
        assertThat(DecayRule.WEIGHTS_ONLY.appliesTo(Parameter.Type.BIAS)).isFalse();
        assertThat(DecayRule.WEIGHTS_ONLY.appliesTo(Parameter.Type.WEIGHT)).isTrue();
    }

    @Test
    void step_frozenParameter_isLeftAlone() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Parameter frozen = parameter(manager, Parameter.Type.WEIGHT, 2f);
            Parameter free = parameter(manager, Parameter.Type.WEIGHT, 2f);
            frozen.freeze(true);
            ParameterList parameters = new ParameterList();
            parameters.add("frozen", frozen);
            parameters.add("free", free);
            Optimizer optimizer = sgd(parameters, 0.9, 0.1, DecayRule.ALL, manager);
            ParameterList trained = new ParameterList();
            trained.add("free", free);
            squareGradients(trained, manager);
            optimizer.step(0, 0.1, manager);
            assertThat(frozen.getArray().getFloat()).isEqualTo(2f);
            assertThat(free.getArray().getFloat()).isLessThan(2f);
        }
    }

    @Test
    void step_threadWithRecordingOn_works() {
        // New threads record by default, where an in-place update of a weight would fail.
        CompletableFuture.runAsync(
                        () -> {
                            try (NDManager manager = NDManager.newBaseManager()) {
                                ParameterList parameters = new ParameterList();
                                parameters.add("w", parameter(manager, Parameter.Type.WEIGHT, 1f));
                                Optimizer optimizer = sgd(parameters, 0, 0, DecayRule.ALL, manager);
                                squareGradients(parameters, manager);
                                optimizer.step(0, 0.25, manager);
                                assertThat(parameters.valueAt(0).getArray().getFloat())
                                        .isEqualTo(0.5f);
                            }
                        },
                        task -> {
                            Thread thread = new Thread(task);
                            thread.start();
                        })
                .join();
    }

    @Test
    void settings_numbersOutOfRange_areRefused() {
        assertThatThrownBy(() -> new OptimizerSettings.Sgd(1, false))
                .hasMessage("momentum must be 0 to less than 1, but was 1.0");
        assertThatThrownBy(() -> new OptimizerSettings.Sgd(0, true))
                .hasMessageStartingWith("momentum must be more than 0 with nesterov, but was 0.0");
        assertThatThrownBy(() -> new OptimizerSettings.AdamW(0.9, 1, 1e-8))
                .hasMessage("beta2 must be 0 to less than 1, but was 1.0");
        assertThatThrownBy(() -> new OptimizerSettings.AdamW(0.9, 0.9, 0))
                .hasMessage("epsilon must be more than 0 and less than 1, but was 0.0");
        assertThatThrownBy(
                        () -> ParameterPlan.of(new ParameterList(), -1, DecayRule.ALL, List.of()))
                .hasMessage("weightDecay must be 0 or more and finite, but was -1.0");
    }

    private static Optimizer sgd(
            ParameterList parameters,
            double momentum,
            double decay,
            DecayRule rule,
            NDManager manager) {
        List<ParameterPlan> plans = ParameterPlan.of(parameters, decay, rule, List.of());
        return new OptimizerSettings.Sgd(momentum, false).create(plans, manager);
    }

    private static Parameter parameter(NDManager manager, Parameter.Type type, float value) {
        Parameter parameter = Parameter.builder().setName(type.name()).setType(type).build();
        parameter.setInitializer((m, shape, dataType) -> m.full(shape, value, dataType));
        parameter.setShape(new Shape(1));
        parameter.initialize(manager, DataType.FLOAT32);
        return parameter;
    }

    /** Gradients of the sum of squares. */
    private static void squareGradients(ParameterList parameters, NDManager manager) {
        try (NDManager scratch = manager.newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray sum = scratch.zeros(new Shape(1));
            for (Parameter parameter : parameters.values()) {
                NDArray term = parameter.getArray().square();
                term.attach(scratch);
                sum = sum.add(term);
            }
            collector.backward(sum.sum());
        }
    }
}
