package io.ssld.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.ssld.core.engine.NoGrad;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stochastic gradient descent with momentum; the formulas are those of {@link
 * OptimizerSettings.Sgd}. Velocities start at 0 and live on the manager given.
 */
final class MomentumSgd implements Optimizer {

    private final List<Slot> slots = new ArrayList<>();
    private final double momentum;
    private final boolean nesterov;

    MomentumSgd(List<ParameterPlan> plans, OptimizerSettings.Sgd settings, NDManager manager) {
        momentum = settings.momentum();
        nesterov = settings.nesterov();
        for (ParameterPlan plan : plans) {
            // Nothing moves at factor 0, so there is nothing to remember either.
            slots.add(new Slot(plan, plan.factor() == 0 ? null : zeros(plan.weight(), manager)));
        }
    }

    static NDArray zeros(NDArray like, NDManager manager) {
        return manager.zeros(like.getShape(), like.getDataType(), like.getDevice());
    }

    @Override
    public void step(long step, double learningRate, NDManager scratch) {
        try (NoGrad off = NoGrad.open(scratch.getEngine());
                Scalars numbers = new Scalars(scratch)) {
            for (Slot slot : slots) {
                try (NDArray gradient = slot.plan().weight().getGradient()) {
                    if (slot.velocity() != null) {
                        double rate = learningRate * slot.plan().factor();
                        move(slot.plan(), slot.velocity(), gradient, rate, numbers);
                    }
                    gradient.subi(gradient);
                }
            }
        }
    }

    private void move(
            ParameterPlan plan, NDArray velocity, NDArray gradient, double rate, Scalars numbers) {
        NDArray weight = plan.weight();
        if (plan.decay() != 0) {
            // Closed at once: it belongs to the weight's manager and would outlive the step.
            try (NDArray shrink = weight.mul(numbers.of(weight, plan.decay()))) {
                gradient.addi(shrink);
            }
        }
        velocity.muli(numbers.of(weight, momentum)).addi(gradient);
        NDArray lr = numbers.of(weight, rate);
        if (nesterov) {
            try (NDArray ahead = velocity.mul(numbers.of(weight, momentum))) {
                gradient.addi(ahead);
            }
        }
        try (NDArray change = (nesterov ? gradient : velocity).mul(lr)) {
            weight.subi(change);
        }
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        for (Slot slot : slots) {
            if (slot.velocity() != null) {
                state.put(slot.plan().path() + "/velocity", slot.velocity());
            }
        }
        return state;
    }

    private record Slot(ParameterPlan plan, @Nullable NDArray velocity) {}
}
