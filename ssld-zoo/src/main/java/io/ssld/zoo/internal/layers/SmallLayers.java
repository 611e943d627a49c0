package io.ssld.zoo.internal.layers;

import ai.djl.nn.Block;
import ai.djl.training.initializer.NormalInitializer;

/** What the two families of small networks share. */
public final class SmallLayers {

    public static final Convs CONVS = new Convs("conv", "norm", Convs.FanIn.FILTER, false);

    /** Spread of the classifier's first weights: small, so that training begins undecided. */
    private static final float CLASSIFIER_SIGMA = 0.01f;

    private SmallLayers() {}

    public static Block withClassifier(Chain features, int classes) {
        return Layers.withClassifier(
                features, "head", classes, new NormalInitializer(CLASSIFIER_SIGMA));
    }
}
