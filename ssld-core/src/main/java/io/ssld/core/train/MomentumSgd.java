package io.ssld.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.util.Pair;
import io.ssld.core.engine.NoGrad;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum, by the formula of Paddle and PyTorch:
 *
 * <pre>
 *   v ← μ·v + g + λ·w
 *   w ← w − lr·v
 * </pre>
 *
 * <p>Neither Nesterov nor dampening. The rate stands outside the velocity, unlike in DJL's {@code
 * Sgd}, so the two differ as soon as the rate changes. λ is 0 for the parameters that the {@link
 * DecayRule} exempts. Velocities start at 0 and live on the manager given.
 */
public final class MomentumSgd implements Optimizer {

    private final List<Slot> slots = new ArrayList<>();
    private final float momentum;

    /**
     * Creates the optimiser of a network's trainable parameters.
     *
     * @param parameters the network's parameters, initialised; those that are frozen or need no
     *     gradient are left alone
     * @param momentum μ, 0 to less than 1
     * @param weightDecay λ, 0 or more
     * @param rule which parameters decay
     * @param manager the owner of the velocities
     * @throws IllegalArgumentException if {@code momentum} or {@code weightDecay} is out of range
     */
    public MomentumSgd(
            ParameterList parameters,
            double momentum,
            double weightDecay,
            DecayRule rule,
            NDManager manager) {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException(
                    "momentum must be 0 to less than 1, but was " + momentum);
        }
        if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "weightDecay must be 0 or more and finite, but was " + weightDecay);
        }
        this.momentum = (float) momentum;
        for (Pair<String, Parameter> pair : parameters) {
            Parameter parameter = pair.getValue();
            if (parameter.requiresGradient()) {
                NDArray weight = parameter.getArray();
                NDArray velocity =
                        manager.zeros(weight.getShape(), weight.getDataType(), weight.getDevice());
                float decay = rule.appliesTo(parameter.getType()) ? (float) weightDecay : 0;
                slots.add(new Slot(pair.getKey(), weight, velocity, decay));
            }
        }
    }

    @Override
    public void step(long step, double learningRate, NDManager scratch) {
        try (NoGrad off = NoGrad.open(scratch.getEngine())) {
            for (Slot slot : slots) {
                slot.step((float) learningRate, momentum, scratch);
            }
        }
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        slots.forEach(slot -> state.put(slot.path() + "/velocity", slot.velocity()));
        return state;
    }

    private record Slot(String path, NDArray weight, NDArray velocity, float decay) {

        void step(float learningRate, float momentum, NDManager scratch) {
            // A result belongs to the manager of its first operand: temporaries of the weight
            // would outlive the step on the model's manager.
            try (NDManager step = scratch.newSubManager()) {
                NDArray gradient = weight.getGradient();
                gradient.attach(step);
                velocity.muli(momentum).addi(gradient);
                if (decay != 0) {
                    NDArray shrink = weight.mul(decay);
                    shrink.attach(step);
                    velocity.addi(shrink);
                }
                NDArray change = velocity.mul(learningRate);
                change.attach(step);
                weight.subi(change);
                gradient.subi(gradient);
            }
        }
    }
}
