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
        try (NoGrad off = NoGrad.open(scratch.getEngine());
                Scalars numbers = new Scalars(scratch)) {
            for (ParameterPlan plan : frozen) {
                try (NDArray gradient = plan.weight().getGradient()) {
                    gradient.subi(gradient);
                }
            }
            for (Slot slot : slots) {
                double rate = learningRate * slot.plan().factor();
                move(slot, rate, firstShare, Math.sqrt(secondShare), numbers);
            }
        }
    }

    private void move(Slot slot, double rate, double firstShare, double root, Scalars numbers) {
        NDArray weight = slot.plan().weight();
        if (slot.plan().decay() != 0) {
            weight.muli(numbers.of(weight, 1 - rate * slot.plan().decay()));
        }
        NDArray first = slot.first().muli(numbers.of(weight, settings.beta1()));
        NDArray second = slot.second().muli(numbers.of(weight, settings.beta2()));
        // Closed at once: temporaries belong to managers that outlive the step.
        try (NDArray gradient = weight.getGradient();
                NDArray fresh = gradient.mul(numbers.of(weight, 1 - settings.beta1()));
                NDArray square = gradient.square()) {
            first.addi(fresh);
            second.addi(square.muli(numbers.of(weight, 1 - settings.beta2())));
            gradient.subi(gradient);
        }
        try (NDArray divisor = second.sqrt();
                NDArray change = first.mul(numbers.of(weight, rate / firstShare))) {
            divisor.divi(numbers.of(weight, root)).addi(numbers.of(weight, settings.epsilon()));
            weight.subi(change.divi(divisor));
        }
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
