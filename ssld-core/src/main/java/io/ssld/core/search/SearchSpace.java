package io.ssld.core.search;

import io.ssld.core.train.Recipe;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.AutoAugment;
import io.ssld.images.view.ImageSize;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;

/**
 * The values that a search tries. A setting without candidates stays as it is in the recipe.
 *
 * @param candidates the values, settings in the order of {@link Coordinate}, the values of one
 *     setting in the order in which they are tried
 */
public record SearchSpace(List<Candidate> candidates) {

    private static final double[] PUBLISHED_RATES = {0.75, 1, 1.25};
    private static final int[] PUBLISHED_SIZES = {176, 192, 224};
    private static final int PUBLISHED_EVALUATION_SIZE = 224;
    private static final double[] PUBLISHED_PROBABILITIES = {0, 0.1, 0.5};

    /** Sorts the candidates by setting, keeping their order otherwise. */
    public SearchSpace {
        Objects.requireNonNull(candidates, "candidates");
        candidates =
                candidates.stream().sorted(Comparator.comparing(Candidate::coordinate)).toList();
    }

    /**
     * Returns what PaddleClas searches for its {@code person_exists} scene, brought to a recipe:
     * 3/4, 1 and 5/4 of its learning rate (0.0075, 0.01 and 0.0125 of 0.01), 176, 192 and 224 of
     * 224 pixels of its evaluation size, and the probabilities 0, 0.1 and 0.5 of RandAugment and of
     * erasing. There are no multipliers, since they depend on the network, no probabilities where
     * the views are no {@link Augmentation}, and none of RandAugment beside an {@link AutoAugment}.
     *
     * @param recipe the recipe to search around
     * @return the candidates
     */
    public static SearchSpace published(Recipe recipe) {
        Objects.requireNonNull(recipe, "recipe");
        List<Candidate> all = new ArrayList<>();
        for (double share : PUBLISHED_RATES) {
            all.add(new Candidate.Rate(share * recipe.learningRate()));
        }
        ImageSize measured =
                recipe.evaluationSize().orElse(new ImageSize(recipe.height(), recipe.width()));
        for (int pixels : PUBLISHED_SIZES) {
            all.add(
                    new Candidate.Size(
                            scaled(measured.height(), pixels), scaled(measured.width(), pixels)));
        }
        if (recipe.views() instanceof Augmentation views) {
            if (views.autoAugment().equals(AutoAugment.NONE)) {
                DoubleStream.of(PUBLISHED_PROBABILITIES)
                        .forEach(p -> all.add(new Candidate.RandAugmenting(p)));
            }
            DoubleStream.of(PUBLISHED_PROBABILITIES)
                    .forEach(p -> all.add(new Candidate.Erasing(p)));
        }
        return new SearchSpace(all);
    }

    private static int scaled(int side, int published) {
        return Math.max(1, Math.round((float) side * published / PUBLISHED_EVALUATION_SIZE));
    }

    /**
     * Returns these candidates with others for one setting.
     *
     * @param coordinate the setting
     * @param values its candidates; none to leave the setting as it is in the recipe
     * @return the candidates
     * @throws IllegalArgumentException if a value belongs to another setting
     */
    public SearchSpace with(Coordinate coordinate, List<? extends Candidate> values) {
        Objects.requireNonNull(coordinate, "coordinate");
        Objects.requireNonNull(values, "values");
        for (Candidate value : values) {
            if (value.coordinate() != coordinate) {
                throw new IllegalArgumentException(
                        "candidates must be values of the %s, but one was %s"
                                .formatted(coordinate.title(), value));
            }
        }
        List<Candidate> all = new ArrayList<>(candidates);
        all.removeIf(each -> each.coordinate() == coordinate);
        all.addAll(values);
        return new SearchSpace(all);
    }

    /**
     * Returns the candidates for one setting.
     *
     * @param coordinate the setting
     * @return its values in the order in which they are tried
     */
    public List<Candidate> of(Coordinate coordinate) {
        Objects.requireNonNull(coordinate, "coordinate");
        return candidates.stream().filter(each -> each.coordinate() == coordinate).toList();
    }
}
