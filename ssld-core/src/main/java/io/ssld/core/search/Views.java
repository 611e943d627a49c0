package io.ssld.core.search;

import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.images.view.Augmentation;

/** What candidates need to know of the recipe they are laid over. */
final class Views {

    private Views() {}

    /** The augmentation of a recipe that a setting belongs to. */
    static Augmentation of(Recipe recipe, Coordinate coordinate) {
        if (recipe.views() instanceof Augmentation views) {
            return views;
        }
        throw new IllegalArgumentException(
                "views must be an Augmentation to search the "
                        + coordinate.title()
                        + ", but were "
                        + recipe.views()
                        + "; leave out its candidates");
    }

    /** A builder of an equal recipe: one alone would shorten a long warm-up. */
    static RecipeBuilder unchanged(Recipe recipe) {
        return recipe.toBuilder().optWarmupEpochs(recipe.warmupEpochs());
    }
}
