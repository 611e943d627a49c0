package io.ssld.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.ssld.engine.internal.NoGrad;
import io.ssld.engine.internal.kernels.Kernels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay; the formulas are those of {@link OptimizerSettings.AdamW}. Both
 * moments start at 0 and live on the manager given.
 */
final class AdamWOptimizer implements Optimizer {

    private final MovedParameters moved;
    private final NDList first;
    private final NDList second;
    private final OptimizerSettings.AdamW settings;

    AdamWOptimizer(List<ParameterPlan> plans, OptimizerSettings.AdamW settings, NDManager manager) {
        this.settings = settings;
        moved = MovedParameters.of(plans);
        first = moved.zeros(manager);
        second = moved.zeros(manager);
    }

    @Override
    public void step(long step, double learningRate, NDManager scratch) {
        Kernels kernels = Kernels.of(scratch.getEngine());
        try (NoGrad off = NoGrad.open(scratch.getEngine())) {
            kernels.clearGradients(moved.resting());
            kernels.adamStep(
                    moved.weights(),
                    first,
                    second,
                    new Kernels.AdamNumbers(
                            moved.decays(),
                            moved.rates(learningRate),
                            settings.beta1(),
                            settings.beta2(),
                            settings.epsilon(),
                            step + 1));
        }
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        for (int i = 0; i < first.size(); i++) {
            state.put(moved.path(i) + "/firstMoment", first.get(i));
            state.put(moved.path(i) + "/secondMoment", second.get(i));
        }
        return state;
    }
}
