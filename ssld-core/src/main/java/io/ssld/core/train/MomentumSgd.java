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
 * Stochastic gradient descent with momentum; the formulas are those of {@link
 * OptimizerSettings.Sgd}. Velocities start at 0 and live on the manager given.
 */
final class MomentumSgd implements Optimizer {

    private final MovedParameters moved;
    private final NDList velocities;
    private final OptimizerSettings.Sgd settings;

    MomentumSgd(List<ParameterPlan> plans, OptimizerSettings.Sgd settings, NDManager manager) {
        this.settings = settings;
        moved = MovedParameters.of(plans);
        velocities = moved.zeros(manager);
    }

    static NDArray zeros(NDArray like, NDManager manager) {
        return manager.zeros(like.getShape(), like.getDataType(), like.getDevice());
    }

    @Override
    public void step(long step, double learningRate, NDManager scratch) {
        Kernels kernels = Kernels.of(scratch.getEngine());
        try (NoGrad off = NoGrad.open(scratch.getEngine())) {
            kernels.clearGradients(moved.resting());
            kernels.momentumStep(
                    moved.weights(),
                    velocities,
                    new Kernels.MomentumNumbers(
                            moved.decays(),
                            moved.rates(learningRate),
                            settings.momentum(),
                            settings.nesterov()));
        }
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        for (int i = 0; i < velocities.size(); i++) {
            state.put(moved.path(i) + "/velocity", velocities.get(i));
        }
        return state;
    }
}
