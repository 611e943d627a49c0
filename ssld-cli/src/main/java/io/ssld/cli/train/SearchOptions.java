package io.ssld.cli.train;

import io.ssld.cli.common.OpenModel;
import io.ssld.core.search.Candidate;
import io.ssld.core.search.Coordinate;
import io.ssld.core.search.SearchSpace;
import io.ssld.core.train.LearningRateMultiplier;
import io.ssld.core.train.Recipe;
import io.ssld.zoo.Architecture;
import io.ssld.zoo.SsldModel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleFunction;
import picocli.CommandLine.Option;

/** What a search tries. */
final class SearchOptions {

    private static final String NONE = "none";
    private static final String RECOMMENDED = "recommended";

    /** Those of PaddleClas' searches with PP-LCNet, beside the same rate everywhere. */
    private static final List<List<Double>> SEARCHED_OF_PPLCNET =
            List.of(List.of(0.0, 0.2, 0.4, 0.6, 0.8, 1.0), List.of(0.0, 0.4, 0.4, 0.8, 0.8, 1.0));

    @Option(
            names = "--rates",
            split = ",",
            paramLabel = "RATE",
            description = "Learning rates to try, or none. Default: 3/4, 1 and 5/4 of the recipe's")
    private List<String> rates = new ArrayList<>();

    @Option(
            names = "--sizes",
            split = ",",
            paramLabel = "S",
            description =
                    "Training sizes to try, or none. Default: 176, 192 and 224 of 224 pixels of the"
                            + " evaluation size")
    private List<String> sizes = new ArrayList<>();

    @Option(
            names = "--randaugment",
            split = ",",
            paramLabel = "P",
            description = "Probabilities of RandAugment to try, or none. Default: 0,0.1,0.5")
    private List<String> randAugment = new ArrayList<>();

    @Option(
            names = "--erasing",
            split = ",",
            paramLabel = "P",
            description = "Probabilities of random erasing to try, or none. Default: 0,0.1,0.5")
    private List<String> erasing = new ArrayList<>();

    @Option(
            names = "--multipliers",
            paramLabel = "LIST",
            description =
                    "Factors of the learning rate to try, repeatable: one a stage (0,0.4,0.4,0.8,"
                            + "0.8,1), by part (stem=0.1,unit1=0.5), recommended, or none. Default:"
                            + " recommended where weights are loaded and factors were published,"
                            + " else none")
    private List<String> multipliers = new ArrayList<>();

    /** Made by picocli, which sets the annotated fields. */
    SearchOptions() {}

    /**
     * Returns what to try.
     *
     * @param recipe the recipe to search around
     * @param network for its stages
     * @param loaded whether it starts from weights that were trained
     * @throws IllegalArgumentException if a value is none, or does not fit the network
     */
    SearchSpace space(Recipe recipe, OpenModel network, boolean loaded) {
        SearchSpace space = SearchSpace.published(recipe);
        space = with(space, Coordinate.LEARNING_RATE, "--rates", rates, Candidate.Rate::new);
        space = with(space, Coordinate.TRAIN_SIZE, "--sizes", sizes, SearchOptions::size);
        space =
                with(
                        space,
                        Coordinate.RANDAUGMENT,
                        "--randaugment",
                        randAugment,
                        Candidate.RandAugmenting::new);
        space = with(space, Coordinate.ERASING, "--erasing", erasing, Candidate.Erasing::new);
        return space.with(Coordinate.MULTIPLIERS, multipliers(network.architecture(), loaded));
    }

    private static SearchSpace with(
            SearchSpace space,
            Coordinate coordinate,
            String option,
            List<String> given,
            DoubleFunction<Candidate> candidate) {
        if (given.isEmpty()) {
            return space;
        }
        if (given.equals(List.of(NONE))) {
            return space.with(coordinate, List.of());
        }
        return space.with(
                coordinate,
                given.stream().map(text -> candidate.apply(number(option, text))).toList());
    }

    private static Candidate size(double pixels) {
        if (pixels != Math.rint(pixels)) {
            throw new IllegalArgumentException(
                    "--sizes must be whole numbers, but one was " + pixels);
        }
        return new Candidate.Size((int) pixels, (int) pixels);
    }

    private static double number(String option, String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s must be numbers or none, but one was '%s'".formatted(option, text), e);
        }
    }

    private List<Candidate> multipliers(Architecture network, boolean loaded) {
        if (multipliers.isEmpty()) {
            return loaded && !recommended(network).isEmpty() ? published(network) : List.of();
        }
        if (multipliers.equals(List.of(NONE))) {
            return List.of();
        }
        List<Candidate> all = new ArrayList<>();
        for (String text : multipliers) {
            if (text.equals(RECOMMENDED)) {
                all.addAll(published(network));
            } else {
                all.add(new Candidate.Multipliers(factors(network, text)));
            }
        }
        return all;
    }

    private static List<Candidate> published(Architecture network) {
        Set<List<Double>> lists = recommended(network);
        if (lists.isEmpty()) {
            throw new IllegalArgumentException(
                    "--multipliers must be lists of factors for "
                            + network.modelName()
                            + ", but was recommended: none are published");
        }
        List<Candidate> all = new ArrayList<>();
        for (List<Double> list : lists) {
            all.add(new Candidate.Multipliers(spread((SsldModel) network, list)));
        }
        all.add(new Candidate.Multipliers(List.of()));
        return all;
    }

    private static Set<List<Double>> recommended(Architecture network) {
        Set<List<Double>> lists = new LinkedHashSet<>();
        if (network instanceof SsldModel model && !model.recommendedMultipliers().isEmpty()) {
            if (model == SsldModel.PPLCNET_X1_0) {
                lists.addAll(SEARCHED_OF_PPLCNET);
            }
            lists.add(model.recommendedMultipliers());
        }
        return lists;
    }

    private static List<LearningRateMultiplier> spread(SsldModel model, List<Double> perStage) {
        List<LearningRateMultiplier> factors = new ArrayList<>();
        for (Map.Entry<String, Double> each : model.multipliers(perStage).entrySet()) {
            factors.add(new LearningRateMultiplier(each.getKey(), each.getValue()));
        }
        return factors;
    }

    private static List<LearningRateMultiplier> factors(Architecture network, String text) {
        String[] parts = text.split(",", -1);
        if (text.contains("=")) {
            List<LearningRateMultiplier> factors = new ArrayList<>();
            for (String part : parts) {
                String[] pair = part.split("=", 2);
                factors.add(
                        new LearningRateMultiplier(
                                pair[0].strip(), number("--multipliers", pair[pair.length - 1])));
            }
            return factors;
        }
        if (!(network instanceof SsldModel model)) {
            throw new IllegalArgumentException(
                    "--multipliers must name parts of %s, such as stem=0.1, but was %s"
                            .formatted(network.modelName(), text));
        }
        List<Double> perStage = new ArrayList<>();
        for (String part : parts) {
            perStage.add(number("--multipliers", part));
        }
        return spread(model, perStage);
    }
}
