package io.ssld.core.search;

import io.ssld.core.train.LearningRateMultiplier;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.RandAugment;
import io.ssld.images.view.RandomErasing;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** One value of one setting, which a search lays over a recipe. */
public sealed interface Candidate {

    /**
     * Returns which setting this is a value of.
     *
     * @return the setting
     */
    Coordinate coordinate();

    /**
     * Returns a recipe with this value; all else stays as it is.
     *
     * @param recipe the recipe
     * @return the recipe with this value
     * @throws IllegalArgumentException if the recipe cannot have it: the value is out of its range,
     *     or its views are no {@link Augmentation}
     */
    Recipe applyTo(Recipe recipe);

    /**
     * Returns the value as reports show it.
     *
     * @return the value without the name of its setting
     */
    String text();

    /**
     * Returns the value that a recipe has.
     *
     * @param coordinate the setting
     * @param recipe the recipe
     * @return its value
     * @throws IllegalArgumentException if the setting belongs to an {@link Augmentation} and the
     *     recipe's views are none
     */
    static Candidate of(Coordinate coordinate, Recipe recipe) {
        Objects.requireNonNull(coordinate, "coordinate");
        Objects.requireNonNull(recipe, "recipe");
        return switch (coordinate) {
            case LEARNING_RATE -> new Rate(recipe.learningRate());
            case TRAIN_SIZE -> new Size(recipe.height(), recipe.width());
            case RANDAUGMENT ->
                    new RandAugmenting(Views.of(recipe, coordinate).randAugment().probability());
            case ERASING -> new Erasing(Views.of(recipe, coordinate).erasing().probability());
            case MULTIPLIERS -> new Multipliers(recipe.multipliers());
        };
    }

    /**
     * A learning rate.
     *
     * @param value the highest of the run, positive, for the images of a step
     */
    record Rate(double value) implements Candidate {
        @Override
        public Coordinate coordinate() {
            return Coordinate.LEARNING_RATE;
        }

        @Override
        public Recipe applyTo(Recipe recipe) {
            return Views.unchanged(recipe).optLearningRate(value).build();
        }

        @Override
        public String text() {
            return String.valueOf(value);
        }
    }

    /**
     * A size of training images. Validation images keep theirs.
     *
     * @param height in pixels, at least 1
     * @param width in pixels, at least 1
     */
    record Size(int height, int width) implements Candidate {
        @Override
        public Coordinate coordinate() {
            return Coordinate.TRAIN_SIZE;
        }

        @Override
        public Recipe applyTo(Recipe recipe) {
            if (height == recipe.height() && width == recipe.width()) {
                return recipe;
            }
            ImageSize measured =
                    recipe.evaluationSize().orElse(new ImageSize(recipe.height(), recipe.width()));
            RecipeBuilder builder =
                    Views.unchanged(recipe)
                            .optSize(height, width)
                            .optEvaluationSize(measured.height(), measured.width());
            recipe.shortSide().ifPresent(builder::optShortSide);
            return builder.build();
        }

        @Override
        public String text() {
            return height == width ? String.valueOf(height) : height + " x " + width;
        }
    }

    /**
     * A probability of RandAugment: that of the recipe, or {@link RandAugment#M9} where it has
     * none.
     *
     * @param probability how often an image is changed at all, 0 to 1
     */
    record RandAugmenting(double probability) implements Candidate {
        @Override
        public Coordinate coordinate() {
            return Coordinate.RANDAUGMENT;
        }

        @Override
        public Recipe applyTo(Recipe recipe) {
            Augmentation views = Views.of(recipe, coordinate());
            RandAugment policy =
                    views.randAugment().probability() == 0 ? RandAugment.M9 : views.randAugment();
            return Views.unchanged(recipe)
                    .optViews(views.withRandAugment(policy.withProbability(probability)))
                    .build();
        }

        @Override
        public String text() {
            return String.valueOf(probability);
        }
    }

    /**
     * A probability of random erasing: that of the recipe, or {@link RandomErasing#ALWAYS} where it
     * has none.
     *
     * @param probability how often a box is erased, 0 to 1
     */
    record Erasing(double probability) implements Candidate {
        @Override
        public Coordinate coordinate() {
            return Coordinate.ERASING;
        }

        @Override
        public Recipe applyTo(Recipe recipe) {
            Augmentation views = Views.of(recipe, coordinate());
            RandomErasing boxes =
                    views.erasing().probability() == 0
                            ? RandomErasing.ALWAYS.forSize(
                                    new ImageSize(recipe.height(), recipe.width()))
                            : views.erasing();
            return Views.unchanged(recipe)
                    .optViews(views.withErasing(boxes.withProbability(probability)))
                    .build();
        }

        @Override
        public String text() {
            return String.valueOf(probability);
        }
    }

    /**
     * Factors of the learning rate, in place of those of the recipe.
     *
     * @param factors one a part of the network; none for the same rate everywhere
     */
    record Multipliers(List<LearningRateMultiplier> factors) implements Candidate {

        /** Keeps a copy. */
        public Multipliers {
            Objects.requireNonNull(factors, "factors");
            factors = List.copyOf(factors);
        }

        @Override
        public Coordinate coordinate() {
            return Coordinate.MULTIPLIERS;
        }

        @Override
        public Recipe applyTo(Recipe recipe) {
            return Views.unchanged(recipe).optMultipliers(factors).build();
        }

        @Override
        public String text() {
            return factors.isEmpty()
                    ? "all 1"
                    : factors.stream()
                            .map(each -> each.prefix() + " " + each.factor())
                            .collect(Collectors.joining(", "));
        }
    }
}
