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
        try (NoGrad off = NoGrad.open(scratch.getEngine())) {
            for (Slot slot : slots) {
                // A result belongs to the manager of its first operand: temporaries of the weight
                // would outlive the step on the model's manager.
                try (NDManager own = scratch.newSubManager()) {
                    NDArray gradient = slot.plan().weight().getGradient();
                    gradient.attach(own);
                    if (slot.velocity() != null) {
                        double rate = learningRate * slot.plan().factor();
                        move(slot.plan(), slot.velocity(), gradient, rate, own);
                    }
                    Gradients.zero(gradient);
                }
            }
        }
    }

    private void move(
            ParameterPlan plan, NDArray velocity, NDArray gradient, double rate, NDManager own) {
        NDArray weight = plan.weight();
        Number mu = Scalars.of(weight, momentum);
        Number lr = Scalars.of(weight, rate);
        if (plan.decay() != 0) {
            NDArray shrink = weight.mul(Scalars.of(weight, plan.decay()));
            shrink.attach(own);
            gradient.addi(shrink);
        }
        velocity.muli(mu).addi(gradient);
        NDArray change;
        if (nesterov) {
            change = velocity.mul(mu);
            change.attach(own);
            change.addi(gradient).muli(lr);
        } else {
            change = velocity.mul(lr);
            change.attach(own);
        }
        weight.subi(change);
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
