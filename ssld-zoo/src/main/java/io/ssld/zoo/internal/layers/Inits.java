package io.ssld.zoo.internal.layers;

import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.initializer.XavierInitializer.FactorType;
import ai.djl.training.initializer.XavierInitializer.RandomType;

/** First weights of convolutions (out, in / groups, height, width) and linear layers (out, in). */
public final class Inits {

    private Inits() {}

    /**
     * Normal with variance 2 / n, where n is the inputs of one output: He et al., <a
     * href="https://arxiv.org/abs/1502.01852"><i>Delving Deep into Rectifiers</i></a>, 2015.
     */
    public static Initializer heNormal() {
        return heNormal(1);
    }

    /** As {@link #heNormal()}, with the inputs of one output counted so many times. */
    public static Initializer heNormal(int times) {
        return (manager, shape, type) -> {
            double variance = 2.0 / (times * (double) shape.slice(1).size());
            return manager.randomNormal(0, (float) Math.sqrt(variance), shape, type);
        };
    }

    /** Uniform in +-1 / sqrt(in). */
    public static Initializer uniformFanIn() {
        return (manager, shape, type) -> {
            float bound = (float) (1 / Math.sqrt((double) shape.get(1)));
            return manager.randomUniform(-bound, bound, shape, type);
        };
    }

    /** Uniform in +-sqrt(6 / (in + out)): Paddle's default for linear layers. */
    public static Initializer xavierUniform() {
        return new XavierInitializer(RandomType.UNIFORM, FactorType.AVG, 3);
    }
}
