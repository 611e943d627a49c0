package io.ssld.core.train;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * The plans of a network as the lists that {@link io.ssld.engine.internal.kernels.Kernels} take,
 * apart from those of factor 0: nothing moves there, so there is nothing to remember either.
 *
 * @param plans of what moves
 * @param weights their arrays
 * @param resting the arrays of the others, whose gradients are to be cleared
 */
record MovedParameters(List<ParameterPlan> plans, NDList weights, NDList resting) {

    static MovedParameters of(List<ParameterPlan> all) {
        List<ParameterPlan> moving = new ArrayList<>();
        NDList weights = new NDList();
        NDList resting = new NDList();
        for (ParameterPlan plan : all) {
            if (plan.factor() == 0) {
                resting.add(plan.weight());
            } else {
                moving.add(plan);
                weights.add(plan.weight());
            }
        }
        return new MovedParameters(moving, weights, resting);
    }

    NDList zeros(NDManager manager) {
        NDList zeros = new NDList();
        weights.forEach(weight -> zeros.add(MomentumSgd.zeros(weight, manager)));
        return zeros;
    }

    String path(int index) {
        return plans.get(index).path();
    }

    double[] decays() {
        return plans.stream().mapToDouble(ParameterPlan::decay).toArray();
    }

    double[] rates(double learningRate) {
        return plans.stream().mapToDouble(plan -> learningRate * plan.factor()).toArray();
    }
}
