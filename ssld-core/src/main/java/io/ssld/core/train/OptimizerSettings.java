package io.ssld.core.train;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;

/** Which optimiser a recipe uses, as data. w is a parameter, g its gradient, λ its decay. */
public sealed interface OptimizerSettings {

    /**
     * Creates the optimiser of a network.
     *
     * @param plans what is to be trained and how
     * @param manager the owner of the optimiser's arrays
     * @return an optimiser that has taken no step; one that continues a run is made the same way
     *     and then given the arrays of {@link Optimizer#state()}
     */
    Optimizer create(List<ParameterPlan> plans, NDManager manager);

    /**
     * Returns these settings as {@link Recipe#toMap} writes them.
     *
     * @return a new map: {@code kind}, which tells the type, and its settings in order
     */
    Map<String, Object> toMap();

    /**
     * Stochastic gradient descent with momentum, by the formula of Paddle and PyTorch:
     *
     * <pre>
     *   g ← g + λ·w
     *   v ← μ·v + g
     *   w ← w − lr·v              or, with Nesterov's momentum,
     *   w ← w − lr·(g + μ·v)
     * </pre>
     *
     * <p>No dampening. The rate stands outside the velocity, unlike in DJL's {@code Sgd}, so the
     * two differ as soon as the rate changes.
     *
     * @param momentum μ, 0 to less than 1
     * @param nesterov whether the step looks ahead; needs momentum
     */
    record Sgd(double momentum, boolean nesterov) implements OptimizerSettings {

        /**
         * Checks the momentum.
         *
         * @throws IllegalArgumentException if the momentum is out of range, or 0 with Nesterov
         */
        public Sgd {
            check("momentum", momentum);
            if (nesterov && momentum == 0) {
                throw new IllegalArgumentException(
                        "momentum must be more than 0 with nesterov, but was 0.0; turn one of them"
                                + " off or on");
            }
        }

        @Override
        public Optimizer create(List<ParameterPlan> plans, NDManager manager) {
            return new MomentumSgd(plans, this, manager);
        }

        @Override
        public Map<String, Object> toMap() {
            return RecipeParts.map("sgd", "momentum", momentum, "nesterov", nesterov);
        }
    }

    /**
     * Adam with decoupled weight decay, at step t counted from 1:
     *
     * <pre>
     *   w ← w − lr·λ·w
     *   m ← β₁·m + (1 − β₁)·g
     *   s ← β₂·s + (1 − β₂)·g²
     *   w ← w − lr · (m / (1 − β₁ᵗ)) / (√(s / (1 − β₂ᵗ)) + ε)
     * </pre>
     *
     * <p>Equal to PyTorch's and Paddle's {@code AdamW}; λ means something else than in {@link Sgd}:
     * usual values are 0.01 to 0.1. Paper: Loshchilov and Hutter, <i>Decoupled Weight Decay
     * Regularization</i>, 2019, arXiv:1711.05101.
     *
     * @param beta1 β₁, 0 to less than 1
     * @param beta2 β₂, 0 to less than 1
     * @param epsilon ε, positive
     */
    record AdamW(double beta1, double beta2, double epsilon) implements OptimizerSettings {

        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if one is out of range
         */
        public AdamW {
            check("beta1", beta1);
            check("beta2", beta2);
            if (!(epsilon > 0 && epsilon < 1)) {
                throw new IllegalArgumentException(
                        "epsilon must be more than 0 and less than 1, but was " + epsilon);
            }
        }

        @Override
        public Optimizer create(List<ParameterPlan> plans, NDManager manager) {
            return new AdamWOptimizer(plans, this, manager);
        }

        @Override
        public Map<String, Object> toMap() {
            return RecipeParts.map("adamw", "beta1", beta1, "beta2", beta2, "epsilon", epsilon);
        }
    }

    /**
     * Returns what all recipes of SSLD use: momentum 0.9, not Nesterov's.
     *
     * @return the settings
     */
    static Sgd sgd() {
        return new Sgd(0.9, false);
    }

    /**
     * Returns AdamW with the usual numbers: β₁ 0.9, β₂ 0.999, ε 1e-8.
     *
     * @return the settings
     */
    static AdamW adamW() {
        return new AdamW(0.9, 0.999, 1e-8);
    }

    private static void check(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    name + " must be 0 to less than 1, but was " + value);
        }
    }
}
