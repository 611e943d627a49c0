package io.ssld.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How one trainable parameter is to be changed.
 *
 * @param path where it stands in the network
 * @param weight its value; holds the gradient too
 * @param decay λ of this parameter, 0 where the {@link DecayRule} exempts it
 * @param factor what its learning rate is multiplied by, 0 or more
 */
public record ParameterPlan(String path, NDArray weight, double decay, double factor) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public ParameterPlan {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(weight, "weight");
    }

    /**
     * Plans the training of a network.
     *
     * @param parameters the network's parameters by path, initialised; those that are frozen or
     *     need no gradient are left out
     * @param weightDecay λ, 0 or more
     * @param rule which parameters decay
     * @param multipliers factors of the learning rate; the longest prefix wins
     * @return one plan a trainable parameter, in their order
     * @throws IllegalArgumentException if {@code weightDecay} is out of range or a multiplier
     *     matches no parameter
     */
    public static List<ParameterPlan> of(
            ParameterList parameters,
            double weightDecay,
            DecayRule rule,
            List<LearningRateMultiplier> multipliers) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(multipliers, "multipliers");
        if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "weightDecay must be 0 or more and finite, but was " + weightDecay);
        }
        for (LearningRateMultiplier multiplier : multipliers) {
            ParameterPaths.requireMatch("multiplier prefix", multiplier.prefix(), parameters);
        }
        List<ParameterPlan> plans = new ArrayList<>();
        for (Pair<String, Parameter> pair : parameters) {
            Parameter parameter = pair.getValue();
            if (parameter.requiresGradient()) {
                double decay = rule.appliesTo(parameter.getType()) ? weightDecay : 0;
                double factor = factor(pair.getKey(), multipliers);
                plans.add(new ParameterPlan(pair.getKey(), parameter.getArray(), decay, factor));
            }
        }
        return plans;
    }

    private static double factor(String path, List<LearningRateMultiplier> multipliers) {
        int longest = 0;
        double factor = 1;
        for (LearningRateMultiplier multiplier : multipliers) {
            int length = multiplier.prefix().length();
            if (length > longest && ParameterPaths.covers(multiplier.prefix(), path)) {
                longest = length;
                factor = multiplier.factor();
            }
        }
        return factor;
    }
}
