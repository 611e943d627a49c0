package io.ssld.zoo;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.initializer.XavierInitializer.FactorType;
import ai.djl.training.initializer.XavierInitializer.RandomType;

/**
 * The layers that the small networks are made of. A convolution keeps the size of the image at
 * stride 1, halves it (rounded up) at stride 2, and has no bias, as a batch normalisation follows.
 */
final class Layers {

    /** Spread of the classifier's first weights: small, so that training begins undecided. */
    private static final float CLASSIFIER_SIGMA = 0.01f;

    private Layers() {}

    static Chain conv3x3(int filters, int stride) {
        return normalized(square(3, filters, stride));
    }

    static Chain conv1x1(int filters) {
        return normalized(square(1, filters, 1));
    }

    /** Filters each channel on its own. */
    static Chain depthwise3x3(int channels, int stride) {
        return normalized(square(3, channels, stride).optGroups(channels));
    }

    /** Averages 2x2 pixels, fewer at an odd edge, so that the size is that of a stride-2 layer. */
    static Block halve() {
        Shape two = new Shape(2, 2);
        return Pool.avgPool2dBlock(two, two, new Shape(0, 0), true, false);
    }

    /** Completes a network: mean over the image, then one score per class. */
    static Chain withClassifier(Chain features, int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("classes must be at least 1, but was " + classes);
        }
        Linear head = Linear.builder().setUnits(classes).build();
        head.setInitializer(new NormalInitializer(CLASSIFIER_SIGMA), Parameter.Type.WEIGHT);
        return features.add("pool", Pool.globalAvgPool2dBlock()).add("head", head);
    }

    private static Conv2d.Builder square(int kernel, int filters, int stride) {
        return Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .setFilters(filters)
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(kernel / 2, kernel / 2))
                .optBias(false);
    }

    private static Chain normalized(Conv2d.Builder builder) {
        Conv2d conv = builder.build();
        // He et al. 2015, normal, fan-in: variance 2 / (inputs of one output).
        conv.setInitializer(
                new XavierInitializer(RandomType.GAUSSIAN, FactorType.IN, 2),
                Parameter.Type.WEIGHT);
        BatchNorm norm = BatchNorm.builder().optMomentum(0.9f).optEpsilon(1e-5f).build();
        return new Chain().add("conv", conv).add("norm", norm);
    }
}
