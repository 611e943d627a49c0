package io.ssld.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 200 steps of every optimiser and option beside PyTorch's. */
class TorchReferenceTest {

    private static final OptimizerSettings ADAM_W = OptimizerSettings.adamW();

    /** What the cases of golden.py differ in. */
    private enum Case {
        SGD("sgd", OptimizerSettings.sgd(), 0.01, 0.05),
        NESTEROV("nesterov", new OptimizerSettings.Sgd(0.85, true), 0.01, 0.05),
        ADAMW("adamw", new OptimizerSettings.AdamW(0.8, 0.99, 1e-7), 0.05, 0.02),
        MULTIPLIERS("multipliers", OptimizerSettings.sgd(), 0.01, 0.05) {
            @Override
            List<LearningRateMultiplier> multipliers() {
                return List.of(
                        new LearningRateMultiplier("w", 0.25), new LearningRateMultiplier("b", 3));
            }
        },
        ADAMW_MULTIPLIERS("adamw multipliers", ADAM_W, 0.05, 0.02) {
            @Override
            List<LearningRateMultiplier> multipliers() {
                return List.of(
                        new LearningRateMultiplier("w", 0.25), new LearningRateMultiplier("b", 0));
            }
        },
        CLIP("clip", OptimizerSettings.sgd(), 0.01, 0.05) {
            @Override
            double gradients(TorchProblem problem, int step, NDManager scratch) {
                problem.backward(step);
                return Gradients.clip(problem.parameters, 0.15, scratch);
            }
        },
        ACCUMULATION("accumulation", OptimizerSettings.sgd(), 0.01, 0.05) {
            @Override
            double gradients(TorchProblem problem, int step, NDManager scratch) {
                for (int i = 0; i < 3; i++) {
                    problem.backward(3 * step + i);
                }
                Gradients.scale(problem.parameters, 1.0 / 3, scratch);
                return Double.NaN;
            }
        },
        EMA("ema", OptimizerSettings.sgd(), 0.01, 0.05);

        final String label;

        @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
        final OptimizerSettings settings;

        final double decay;
        final double base;

        Case(String label, OptimizerSettings settings, double decay, double base) {
            this.label = label;
            this.settings = settings;
            this.decay = decay;
            this.base = base;
        }

        List<LearningRateMultiplier> multipliers() {
            return List.of();
        }

        /** Makes the gradients of a step; returns their norm where it was measured. */
        double gradients(TorchProblem problem, int step, NDManager scratch) {
            problem.backward(step);
            return Double.NaN;
        }
    }

    @ParameterizedTest
    @EnumSource(Case.class)
    void step_twoHundredTimesInDouble_equalsPyTorch(Case test) {
        assertEqualsPyTorch(test, DataType.FLOAT64, 1e-9);
    }

    @ParameterizedTest
    @EnumSource(Case.class)
    void step_twoHundredTimesInSingle_equalsPyTorchUpToRounding(Case test) {
        assertEqualsPyTorch(test, DataType.FLOAT32, 2e-6);
    }

    private static void assertEqualsPyTorch(Case test, DataType type, double tolerance) {
        Map<Integer, Map<String, double[]>> expected = expected(test.label);
        assertThat(expected).containsKey(TorchProblem.STEPS);
        try (NDManager manager = NDManager.newBaseManager()) {
            TorchProblem problem = new TorchProblem(manager, type);
            List<ParameterPlan> plans =
                    ParameterPlan.of(
                            problem.parameters,
                            test.decay,
                            DecayRule.ALL_BUT_NORM,
                            test.multipliers());
            Optimizer optimizer = test.settings.create(plans, manager);
            Ema ema = new Ema(problem.parameters, new EmaSettings(0.97, true), manager);
            for (int step = 0; step < TorchProblem.STEPS; step++) {
                double norm = test.gradients(problem, step, manager);
                optimizer.step(step, TorchProblem.rate(test.base, step), manager);
                ema.update(step);
                Map<String, double[]> values = expected.getOrDefault(step + 1, Map.of());
                values.forEach(
                        (name, numbers) ->
                                assertThat(actual(test, problem, ema, name, norm))
                                        .as(test + " " + name)
                                        .containsExactly(numbers, within(tolerance)));
            }
        }
    }

    private static double[] actual(
            Case test, TorchProblem problem, Ema ema, String name, double norm) {
        if (name.equals("norm")) {
            return new double[] {norm};
        }
        return test == Case.EMA
                ? Objects.requireNonNull(ema.state().get(name))
                        .toType(DataType.FLOAT64, true)
                        .toDoubleArray()
                : problem.values(name);
    }

    /** Steps done, then parameter, to values. */
    private static Map<Integer, Map<String, double[]>> expected(String label) {
        Map<Integer, Map<String, double[]>> expected = new HashMap<>();
        for (String[] cells : TorchTable.read("optimizers.tsv")) {
            if (cells[0].equals(label)) {
                expected.computeIfAbsent(Integer.valueOf(cells[1]), k -> new LinkedHashMap<>())
                        .put(cells[2], TorchTable.numbers(cells[3]));
            }
        }
        return expected;
    }

    @Test
    void state_copiedIntoANewOptimizer_continuesBitForBit() {
        for (OptimizerSettings settings : List.of(new OptimizerSettings.Sgd(0.9, true), ADAM_W)) {
            try (NDManager manager = NDManager.newBaseManager()) {
                TorchProblem whole = new TorchProblem(manager, DataType.FLOAT32);
                Optimizer uninterrupted = optimizer(settings, whole, manager);
                TorchProblem parted = new TorchProblem(manager, DataType.FLOAT32);
                Optimizer second = optimizer(settings, parted, manager);
                for (int step = 0; step < 20; step++) {
                    if (step == 10) {
                        Optimizer first = second;
                        second = optimizer(settings, parted, manager);
                        Map<String, NDArray> into = second.state();
                        first.state()
                                .forEach(
                                        (name, array) ->
                                                Ema.copy(
                                                        array,
                                                        Objects.requireNonNull(into.get(name))));
                    }
                    whole.backward(step);
                    uninterrupted.step(step, 0.01, manager);
                    parted.backward(step);
                    second.step(step, 0.01, manager);
                }
                for (String name : whole.parameters.keys()) {
                    assertThat(parted.values(name)).containsExactly(whole.values(name));
                }
            }
        }
    }

    @Test
    void step_anyOptimizer_leavesNoArrays() {
        for (OptimizerSettings settings : List.of(new OptimizerSettings.Sgd(0.9, true), ADAM_W)) {
            try (NDManager manager = NDManager.newBaseManager();
                    NDManager scratch = manager.newSubManager()) {
                TorchProblem problem = new TorchProblem(manager, DataType.FLOAT32);
                Optimizer optimizer = optimizer(settings, problem, manager);
                int before = manager.getManagedArrays().size();
                for (int step = 0; step < 3; step++) {
                    problem.backward(step);
                    optimizer.step(step, 0.1, scratch);
                }
                assertThat(manager.getManagedArrays()).hasSize(before);
                assertThat(scratch.getManagedArrays()).isEmpty();
            }
        }
    }

    private static Optimizer optimizer(
            OptimizerSettings settings, TorchProblem problem, NDManager manager) {
        return settings.create(
                ParameterPlan.of(problem.parameters, 0.01, DecayRule.ALL, List.of()), manager);
    }

    @Test
    void state_everyOptimizer_namesArraysByPath() {
        try (NDManager manager = NDManager.newBaseManager()) {
            TorchProblem problem = new TorchProblem(manager, DataType.FLOAT32);
            assertThat(optimizer(OptimizerSettings.sgd(), problem, manager).state())
                    .containsOnlyKeys("w/velocity", "b/velocity", "gamma/velocity");
            assertThat(optimizer(ADAM_W, problem, manager).state())
                    .containsOnlyKeys(
                            "w/firstMoment",
                            "w/secondMoment",
                            "b/firstMoment",
                            "b/secondMoment",
                            "gamma/firstMoment",
                            "gamma/secondMoment");
        }
    }
}
