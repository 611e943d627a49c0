package io.ssld.zoo.internal.layers;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.initializer.Initializer;

/** Parts that several networks end with or contain. */
public final class Layers {

    private Layers() {}

    /** A linear layer with bias, which begins at zero. */
    static Block linear(int units, Initializer weights) {
        Linear layer = Linear.builder().setUnits(units).build();
        layer.setInitializer(weights, Parameter.Type.WEIGHT);
        return layer;
    }

    /** Completes a network: mean over the image, then one score per class. */
    public static Chain withClassifier(
            Chain features, String name, int classes, Initializer weights) {
        return features.add("avg_pool", Op.globalMean())
                .add("flatten", Op.flatten())
                .add(name, classifier(classes, weights));
    }

    /**
     * Completes a network: mean over the image, more channels, activation, dropout, then one score
     * per class in a layer called {@code fc}.
     */
    public static Chain withExpandedClassifier(
            Chain features, int width, Op activation, double dropout, int classes) {
        return features.add("avg_pool", Op.globalMean())
                .add("last_conv", Convs.bare(width, false))
                .add("act", activation)
                .add("dropout", Dropout.downscaleInInference(dropout))
                .add("flatten", Op.flatten())
                .add("fc", classifier(classes, Inits.xavierUniform()));
    }

    /** One score per class. */
    public static Block classifier(int classes, Initializer weights) {
        if (classes < 1) {
            throw new IllegalArgumentException("classes must be at least 1, but was " + classes);
        }
        return linear(classes, weights);
    }

    /**
     * Squeeze-and-excitation with linear layers.
     *
     * @param squeeze the name of the first, to channels / reduction
     * @param excite the name of the second, back to the channels
     */
    public static Chain squeezeExcite(
            String squeeze, String excite, int channels, int reduction, Op gate) {
        return new Chain()
                .add("avg_pool", Op.globalMean())
                .add("flatten", Op.flatten())
                .add(squeeze, linear(channels / reduction, Inits.uniformFanIn()))
                .relu()
                .add(excite, linear(channels, Inits.uniformFanIn()))
                .add("gate", gate)
                .add("unflatten", Op.unflatten())
                .scale();
    }

    /**
     * Returns a width near the given one that is a multiple of the divisor, at least the divisor,
     * and not less than 0.9 times the given one.
     */
    public static int divisible(double width, int divisor) {
        int rounded = (int) (width + divisor / 2.0) / divisor * divisor;
        int atLeast = Math.max(divisor, rounded);
        return atLeast < 0.9 * width ? atLeast + divisor : atLeast;
    }
}
