package io.ssld.core.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.ssld.base.internal.FolderLock;
import io.ssld.base.internal.Json;
import io.ssld.core.train.LearningRateMultiplier;
import io.ssld.core.train.Recipe;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.ViewSampler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The walk, with scores made of the recipe instead of trainings. */
class HyperParameterSearchTest {

    private static final Recipe BASE =
            Recipe.supervised().optEpochs(2).optSize(32).optLearningRate(0.1).build();

    private static final SearchSpace RATES =
            new SearchSpace(
                    List.of(
                            new Candidate.Rate(0.05),
                            new Candidate.Rate(0.1),
                            new Candidate.Rate(0.2)));

    private static final SearchSpace RATES_AND_SIZES =
            RATES.with(
                    Coordinate.TRAIN_SIZE,
                    List.of(new Candidate.Size(24, 24), new Candidate.Size(28, 28)));

    @TempDir private Path temporary;

    private final List<Recipe> run = new ArrayList<>();
    private long nanos;

    /** A search whose trials take 10 seconds each by the clock. */
    private HyperParameterSearch.Builder search(SearchSpace space, ToDoubleFunction<Recipe> score) {
        return HyperParameterSearch.builder()
                .setRecipe(BASE)
                .setFolder(folder())
                .optSpace(space)
                .clock(() -> nanos)
                .setTrial(
                        (recipe, files) -> {
                            run.add(recipe);
                            nanos += Duration.ofSeconds(10).toNanos();
                            return score.applyAsDouble(recipe);
                        });
    }

    private Path folder() {
        return temporary.resolve("search");
    }

    private static double nearest(Recipe recipe) {
        return 1 - Math.abs(recipe.learningRate() - 0.2) - Math.abs(recipe.height() - 28) / 100.0;
    }

    @Test
    void run_everySetting_fixesEachWinnerBeforeTheNext() throws Exception {
        SearchSpace space =
                SearchSpace.published(BASE)
                        .with(
                                Coordinate.MULTIPLIERS,
                                List.of(
                                        new Candidate.Multipliers(
                                                List.of(new LearningRateMultiplier("stem", 0.1)))));
        SearchResult result =
                search(
                                space,
                                recipe -> {
                                    Augmentation views = (Augmentation) recipe.views();
                                    return -Math.abs(recipe.learningRate() - 0.125)
                                            - Math.abs(recipe.height() - 27) / 100.0
                                            - Math.abs(views.randAugment().probability() - 0.1)
                                            - Math.abs(views.erasing().probability() - 0.5)
                                            + recipe.multipliers().size();
                                })
                        .build()
                        .run();
        assertThat(result.end()).isEqualTo(SearchEnd.COMPLETE);
        // 1 for the recipe, then 2 other rates, 2 other sizes, 2 + 2 probabilities, 1 multiplier.
        assertThat(result.trials()).hasSize(10);
        assertThat(run).hasSize(10).doesNotHaveDuplicates();
        assertThat(result.coordinates())
                .extracting(CoordinateResult::coordinate)
                .containsExactly(Coordinate.values());
        assertThat(result.coordinates())
                .extracting(each -> each.values().get(each.winner()))
                .containsExactly("0.125", "27", "0.1", "0.5", "stem 0.1");
        assertThat(result.coordinates()).allMatch(CoordinateResult::complete);
        assertThat(result.best().evaluationSize().orElseThrow().height()).isEqualTo(32);
        assertThat(result.best().multipliers()).hasSize(1);
        assertThat(result.score()).isCloseTo(1, within(1e-9));
        assertThat(result.seconds()).isEqualTo(100);
        // From the second setting on, every trial has the rate that won.
        assertThat(run.subList(3, 10)).allMatch(recipe -> recipe.learningRate() == 0.125);
    }

    static Stream<Arguments> scores() {
        double nan = Double.NaN;
        return Stream.of(
                // of the recipe's 0.1, of 0.05, of 0.2 -> the rate kept
                Arguments.of(List.of(0.5, 0.6, 0.7), 0.2),
                Arguments.of(List.of(0.5, 0.7, 0.6), 0.05),
                Arguments.of(List.of(0.5, 0.5, 0.5), 0.1),
                Arguments.of(List.of(0.4, 0.5, 0.5), 0.05),
                Arguments.of(List.of(0.0, 0.0, Double.MIN_VALUE), 0.2),
                Arguments.of(List.of(-0.0, 0.0, -1.0), 0.1),
                Arguments.of(List.of(nan, -3.0, nan), 0.05),
                Arguments.of(List.of(0.5, nan, 0.4), 0.1),
                Arguments.of(List.of(Double.POSITIVE_INFINITY, 0.1, 0.2), 0.2),
                Arguments.of(List.of(nan, nan, nan), 0.1));
    }

    @ParameterizedTest
    @MethodSource("scores")
    void run_scores_strictlyHigherWinsAndTheEarlierOfEqualsStays(List<Double> scores, double kept)
            throws Exception {
        SearchResult result = search(RATES, recipe -> scores.get(run.size() - 1)).build().run();
        assertThat(run).extracting(Recipe::learningRate).containsExactly(0.1, 0.05, 0.2);
        assertThat(result.best().learningRate()).isEqualTo(kept);
        Double expected = scores.get(List.of(0.1, 0.05, 0.2).indexOf(kept));
        assertThat((Double) result.score()).isEqualTo(expected);
        assertThat(folder().resolve("report.html")).exists();
    }

    @Test
    void run_trialFails_passesItOnAndKeepsEarlierTrials() throws Exception {
        HyperParameterSearch failing =
                search(
                                RATES,
                                recipe -> {
                                    if (recipe.learningRate() == 0.05) {
                                        throw new IllegalStateException("out of memory");
                                    }
                                    return 0.5;
                                })
                        .build();
        assertThatThrownBy(failing::run).hasMessage("out of memory");
        assertThat(files("trials")).hasSize(1);
        assertThat(folder().resolve("report.html")).content().contains("not done");
        assertThat(folder().resolve("best.json")).doesNotExist();

        SearchResult result =
                search(RATES, HyperParameterSearchTest::nearest).optResume(true).build().run();
        assertThat(run).extracting(Recipe::learningRate).containsExactly(0.1, 0.05, 0.05, 0.2);
        assertThat(result.trials()).extracting(TrialResult::score).first().isEqualTo(0.5);
    }

    @Test
    void run_budgetOfTrials_givesTheBestSoFarAndSaysSo() throws Exception {
        SearchResult result =
                search(RATES_AND_SIZES, HyperParameterSearchTest::nearest)
                        .optMaxTrials(4)
                        .build()
                        .run();
        assertThat(result.end()).isEqualTo(SearchEnd.TRIALS);
        assertThat(run).hasSize(4);
        assertThat(result.best().learningRate()).isEqualTo(0.2);
        assertThat(result.best().height()).isEqualTo(32);
        assertThat(result.coordinates().get(1).complete()).isFalse();
        assertThat(result.coordinates().get(1).values()).containsExactly("32", "24");
        assertThat(folder().resolve("report.html"))
                .content()
                .contains("4 trials, the budget of trials ended it", "not all candidates tried");
        assertThat(folder().resolve("report.json")).content().contains("\"end\": \"TRIALS\"");
    }

    @Test
    void run_budgetEndsBetweenSettings_showsOnlyTheFirst() throws Exception {
        SearchResult result =
                search(RATES_AND_SIZES, HyperParameterSearchTest::nearest)
                        .optMaxTrials(3)
                        .build()
                        .run();
        assertThat(result.coordinates())
                .singleElement()
                .satisfies(each -> assertThat(each.complete()).isTrue());
        assertThat(result.end()).isEqualTo(SearchEnd.TRIALS);
    }

    @Test
    void run_timeLimit_beginsNoTrialAfterIt() throws Exception {
        SearchResult result =
                search(RATES, HyperParameterSearchTest::nearest)
                        .optTimeLimit(Duration.ofSeconds(15))
                        .build()
                        .run();
        assertThat(result.end()).isEqualTo(SearchEnd.TIME);
        assertThat(run).hasSize(2);
        // Time of the trials before counts.
        SearchResult resumed =
                search(RATES, HyperParameterSearchTest::nearest)
                        .optTimeLimit(Duration.ofSeconds(20))
                        .optResume(true)
                        .build()
                        .run();
        assertThat(resumed.end()).isEqualTo(SearchEnd.TIME);
        assertThat(run).hasSize(2);
    }

    @Test
    void run_resumedAfterEachTrial_equalsTheUninterrupted() throws Exception {
        SearchResult whole =
                HyperParameterSearch.builder()
                        .setRecipe(BASE)
                        .setFolder(temporary.resolve("whole"))
                        .optSpace(RATES_AND_SIZES)
                        .clock(() -> 0)
                        .setTrial((recipe, files) -> nearest(recipe))
                        .build()
                        .run();
        for (int trials : IntStream.rangeClosed(1, 5).toArray()) {
            HyperParameterSearch.builder()
                    .setRecipe(BASE)
                    .setFolder(folder())
                    .optSpace(RATES_AND_SIZES)
                    .clock(() -> 0)
                    .setTrial(
                            (recipe, files) -> {
                                run.add(recipe);
                                return nearest(recipe);
                            })
                    .optMaxTrials(trials)
                    .optResume(true)
                    .build()
                    .run();
        }
        assertThat(run).hasSize(5).doesNotHaveDuplicates();
        List<Boolean> known = new ArrayList<>();
        SearchResult last =
                search(RATES_AND_SIZES, recipe -> 7)
                        .optResume(true)
                        .addListener(
                                new SearchListener() {
                                    @Override
                                    public void onResult(TrialResult result, boolean found) {
                                        known.add(found);
                                    }
                                })
                        .build()
                        .run();
        assertThat(run).hasSize(5);
        assertThat(known).hasSize(5).containsOnly(true);
        assertThat(last).isEqualTo(whole);
        assertThat(folder().resolve("report.html"))
                .hasSameTextualContentAs(temporary.resolve("whole/report.html"));
        assertThat(folder().resolve("best.json"))
                .hasSameTextualContentAs(temporary.resolve("whole/best.json"));
    }

    @Test
    void run_scoreThatIsNoNumber_isResumedAsNone() throws Exception {
        search(RATES, recipe -> Double.NaN).optMaxTrials(1).build().run();
        SearchResult result =
                search(RATES, HyperParameterSearchTest::nearest).optResume(true).build().run();
        assertThat(run).hasSize(3);
        assertThat(result.trials().get(0).score()).isNaN();
        assertThat(result.best().learningRate()).isEqualTo(0.2);
    }

    @Test
    @SuppressWarnings("unchecked")
    void run_best_canBeReadBack() throws Exception {
        SearchResult result =
                search(RATES_AND_SIZES, HyperParameterSearchTest::nearest).build().run();
        Map<String, Object> map = Json.read(folder().resolve("best.json"), Map.class);
        assertThat(Recipe.fromMap(map)).isEqualTo(result.best());
    }

    @Test
    void run_listener_hearsWhatIsTried() throws Exception {
        List<String> told = new ArrayList<>();
        search(RATES_AND_SIZES, HyperParameterSearchTest::nearest)
                .addListener(
                        new SearchListener() {
                            @Override
                            public void onTrial(
                                    int number, int most, Candidate candidate, Recipe recipe) {
                                told.add(number + "/" + most + " " + candidate.text());
                            }
                        })
                .build()
                .run();
        assertThat(told).containsExactly("1/5 0.1", "2/5 0.05", "3/5 0.2", "4/5 24", "5/5 28");
    }

    @Test
    void run_trial_hasAFolderOfItsOwn() throws Exception {
        List<Path> folders = new ArrayList<>();
        HyperParameterSearch.builder()
                .setRecipe(BASE)
                .setFolder(folder())
                .optSpace(RATES)
                .setTrial(
                        (recipe, files) -> {
                            folders.add(files);
                            return 1;
                        })
                .build()
                .run();
        assertThat(folders)
                .hasSize(3)
                .doesNotHaveDuplicates()
                .allMatch(path -> folder().resolve("runs").equals(path.getParent()));
    }

    @Test
    void run_folderOfAnotherSearch_isRefusedWithTheDifference() throws Exception {
        search(RATES, recipe -> 1).addFact("network", "a").build().run();
        refused("search folder must be new or empty", search(RATES, recipe -> 1));
        refused(
                "in %s facts network was \"a\" and is now \"b\"".formatted(folder()),
                search(RATES, recipe -> 1).addFact("network", "b").optResume(true));
        refused(
                "candidates learning rate was [ \"0.05\", \"0.1\", \"0.2\" ] and is now [ \"0.3\""
                        + " ]",
                search(new SearchSpace(List.of(new Candidate.Rate(0.3))), recipe -> 1)
                        .addFact("network", "a")
                        .optResume(true));
        HyperParameterSearch.Builder other =
                HyperParameterSearch.builder()
                        .setRecipe(BASE.toBuilder().optBatchSize(64).optLearningRate(0.1).build())
                        .setFolder(folder())
                        .optSpace(RATES)
                        .setTrial((recipe, files) -> 1)
                        .addFact("network", "a")
                        .optResume(true);
        refused("recipe batchSize was 256 and is now 64", other);
    }

    @Test
    void run_folderWithOtherFilesOrInUse_isRefused() throws Exception {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("notes.txt"), "mine");
        refused("must be new or empty", search(RATES, recipe -> 1).optResume(true));
        Files.delete(folder().resolve("notes.txt"));
        FolderLock lock = FolderLock.tryAcquire(folder());
        try (lock) {
            refused("another one searches", search(RATES, recipe -> 1));
        }
        assertThat(run).isEmpty();
    }

    @Test
    void run_trialFileOfAnotherRecipe_isRefused() throws Exception {
        search(RATES, recipe -> 1).optMaxTrials(2).build().run();
        List<Path> files = files("trials");
        Files.copy(files.get(0), files.get(1), StandardCopyOption.REPLACE_EXISTING);
        refused("must hold the trial of its recipe", search(RATES, recipe -> 1).optResume(true));
        Files.writeString(files.get(1), "{");
        refused(files.get(1).toString(), search(RATES, recipe -> 1).optResume(true));
    }

    private static void refused(String message, HyperParameterSearch.Builder search) {
        HyperParameterSearch built = search.build();
        assertThatThrownBy(built::run)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    private List<Path> files(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder().resolve(name))) {
            return files.sorted().toList();
        }
    }

    @Test
    void build_wrongSettings_areRefusedBeforeAnyTrial() {
        assertThatThrownBy(() -> HyperParameterSearch.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("recipe, trial, folder");
        wrong("candidates must not be empty", search(new SearchSpace(List.of()), recipe -> 1));
        wrong("maxTrials must be at least 1", search(RATES, recipe -> 1).optMaxTrials(0));
        wrong("timeLimit", search(RATES, recipe -> 1).optTimeLimit(Duration.ZERO));
        wrong(
                "learningRate must be positive",
                search(new SearchSpace(List.of(new Candidate.Rate(-1))), recipe -> 1));
        wrong(
                "views must be a sampler that can be read back",
                HyperParameterSearch.builder()
                        .setRecipe(Recipe.supervised().optViews(ViewSampler.whole()).build())
                        .setFolder(folder())
                        .setTrial((recipe, files) -> 1));
        assertThatThrownBy(() -> search(RATES, recipe -> 1).addFact("a", "1").addFact("a", "2"))
                .isInstanceOf(IllegalStateException.class);
        assertThat(folder()).doesNotExist();
    }

    private static void wrong(String message, HyperParameterSearch.Builder search) {
        assertThatThrownBy(search::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
