package io.ssld.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.ssld.core.engine.NoGrad;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay; the formulas are those of {@link OptimizerSettings.AdamW}. Both
 * moments start at 0 and live on the manager given.
 */
final class AdamWOptimizer implements Optimizer {

    private final List<ParameterPlan> frozen = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();
    private final OptimizerSettings.AdamW settings;

    AdamWOptimizer(List<ParameterPlan> plans, OptimizerSettings.AdamW settings, NDManager manager) {
        this.settings = settings;
        for (ParameterPlan plan : plans) {
            if (plan.factor() == 0) {
                frozen.add(plan);
            } else {
                NDArray first = MomentumSgd.zeros(plan.weight(), manager);
                slots.add(new Slot(plan, first, MomentumSgd.zeros(plan.weight(), manager)));
            }
        }
    }

    @Override
    public void step(long step, double learningRate, NDManager scratch) {
        double firstShare = 1 - Math.pow(settings.beta1(), step + 1.0);
        double secondShare = 1 - Math.pow(settings.beta2(), step + 1.0);
        try (NoGrad off = NoGrad.open(scratch.getEngine())) {
            for (ParameterPlan plan : frozen) {
                try (NDManager own = scratch.newSubManager()) {
                    NDArray gradient = plan.weight().getGradient();
                    gradient.attach(own);
                    Gradients.zero(gradient);
                }
            }
            for (Slot slot : slots) {
                // A result belongs to the manager of its first operand, which may live long.
                try (NDManager own = scratch.newSubManager()) {
                    double rate = learningRate * slot.plan().factor();
                    move(slot, rate, firstShare, Math.sqrt(secondShare), own);
                }
            }
        }
    }

    private void move(Slot slot, double rate, double firstShare, double root, NDManager own) {
        NDArray weight = slot.plan().weight();
        NDArray gradient = weight.getGradient();
        gradient.attach(own);
        if (slot.plan().decay() != 0) {
            weight.muli(Scalars.of(weight, 1 - rate * slot.plan().decay()));
        }
        NDArray fresh = gradient.mul(Scalars.of(weight, 1 - settings.beta1()));
        slot.first().muli(Scalars.of(weight, settings.beta1())).addi(fresh);
        NDArray square = gradient.square().muli(Scalars.of(weight, 1 - settings.beta2()));
        slot.second().muli(Scalars.of(weight, settings.beta2())).addi(square);
        NDArray divisor = slot.second().sqrt();
        divisor.attach(own);
        divisor.divi(Scalars.of(weight, root)).addi(Scalars.of(weight, settings.epsilon()));
        NDArray change = slot.first().mul(Scalars.of(weight, rate / firstShare));
        change.attach(own);
        weight.subi(change.divi(divisor));
        Gradients.zero(gradient);
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        for (Slot slot : slots) {
            state.put(slot.plan().path() + "/firstMoment", slot.first());
            state.put(slot.plan().path() + "/secondMoment", slot.second());
        }
        return state;
    }

    private record Slot(ParameterPlan plan, NDArray first, NDArray second) {}
}
