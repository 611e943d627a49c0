package io.ssld.finetuning.internal;

import io.ssld.core.data.Normalization;
import io.ssld.core.train.Recipe;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.Interpolation;
import io.ssld.zoo.Preprocessing;
import java.util.Objects;

/** What a network that was trained with a recipe is to be served with. */
public final class EvaluationPreprocessing {

    private EvaluationPreprocessing() {}

    /**
     * Returns the preprocessing under which a run measures its validation images, so that a saved
     * model answers as it was measured. Pillow's bilinear, which the zoo does not have, becomes the
     * network's own interpolation.
     *
     * @param network the preprocessing that the network came with; its mean and standard deviation
     *     are kept
     * @param recipe how it was trained, on square images
     * @return size, short side and interpolation of the recipe
     * @throws IllegalArgumentException if the evaluation size is not square
     */
    public static Preprocessing of(Preprocessing network, Recipe recipe) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(recipe, "recipe");
        ImageSize size =
                recipe.evaluationSize().orElse(new ImageSize(recipe.height(), recipe.width()));
        if (size.height() != size.width()) {
            throw new IllegalArgumentException(
                    "evaluation size must be square to save the network for use, but was " + size);
        }
        int shortSide = recipe.shortSide().orElse(size.defaultShortSide());
        return new Preprocessing(
                shortSide,
                size.height(),
                interpolation(network, recipe),
                network.mean(),
                network.std());
    }

    /**
     * Returns mean and standard deviation as training batches take them.
     *
     * @param network the preprocessing that the network came with
     * @return the normalisation
     */
    public static Normalization normalization(Preprocessing network) {
        Objects.requireNonNull(network, "network");
        return new Normalization(
                network.mean().stream().map(Double::floatValue).toList(),
                network.std().stream().map(Double::floatValue).toList());
    }

    private static Interpolation interpolation(Preprocessing network, Recipe recipe) {
        if (!(recipe.views() instanceof Augmentation views)) {
            return Interpolation.OPENCV_BILINEAR;
        }
        return views.interpolation() == Interpolation.PILLOW_BILINEAR
                ? network.interpolation()
                : views.interpolation();
    }
}
