package io.ssld.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ssld.images.view.Augmentation;
import io.ssld.images.view.CenterCrop;
import io.ssld.images.view.View;
import io.ssld.images.view.ViewSampler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeMapTest {

    static Stream<Recipe> recipes() {
        Stream<Recipe> named = Recipe.names().stream().map(name -> Recipe.named(name).build());
        Stream<Recipe> schedules =
                Stream.of(
                                new Schedule.Constant(),
                                new Schedule.Cosine(0.2),
                                new Schedule.Polynomial(2, 0.1),
                                new Schedule.Step(7.5, 0.3),
                                new Schedule.MultiStep(List.of(1.5, 3.0), 0.2))
                        .map(shape -> Recipe.ssld().optSchedule(shape).build());
        return Stream.concat(
                Stream.concat(named, schedules),
                Stream.of(everything(), Recipe.published("ssld", "MobileNetV1").build()));
    }

    /** Every setting at a value that is not the default. */
    private static Recipe everything() {
        return Recipe.ssld()
                .optName("mine")
                .optEpochs(12)
                .optStepsPerEpoch(34)
                .optBatchSize(56)
                .optAccumulation(3)
                .optOptimizer(new OptimizerSettings.AdamW(0.8, 0.95, 1e-6))
                .optLearningRate(0.0123)
                .optWarmupEpochs(1.5)
                .optSchedule(Schedule.linear())
                .addMultiplier("stem", 0)
                .addMultiplier("blocks.1", 0.5)
                .optFreezing(Freezing.of("stem", "blocks.0"))
                .optWeightDecay(1e-3)
                .optDecayRule(DecayRule.WEIGHTS_ONLY)
                .optClipNorm(2.5)
                .optLabelSmoothing(0.2)
                .optEma(new EmaSettings(0.999, true))
                .optEarlyStop(new EarlyStop(4, 0.01, 6))
                .optSize(64, 48)
                .optEvaluationSize(80, 72)
                .optShortSide(90)
                .optViews(new CenterCrop(70, 64, 48))
                .optSeed(Long.MIN_VALUE)
                .build();
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void fromMap_whatToMapWrote_isTheSameRecipe(Recipe recipe) {
        assertThat(Recipe.fromMap(recipe.toMap())).isEqualTo(recipe);
    }

    @Test
    void everything_differsFromTheDefaultInEverySetting() {
        Map<String, Object> usual = Recipe.ssld().build().toMap();
        everything()
                .toMap()
                .forEach((key, value) -> assertThat(value).as(key).isNotEqualTo(usual.get(key)));
        assertThat(everything().toMap()).containsKeys(usual.keySet().toArray(new String[0]));
    }

    @Test
    void toMap_everyValue_isOfAKindThatYamlKnows() {
        assertPlain(everything().toMap());
    }

    private static void assertPlain(Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach(
                    (key, item) -> {
                        assertThat(key).isInstanceOf(String.class);
                        assertPlain(item);
                    });
        } else if (value instanceof List<?> list) {
            list.forEach(RecipeMapTest::assertPlain);
        } else {
            assertThat(value)
                    .isInstanceOfAny(
                            String.class, Integer.class, Long.class, Double.class, Boolean.class);
        }
    }

    @Test
    void fromMap_numbersAsYamlReadsThem_areTaken() {
        Map<String, Object> map = with("weightDecay", "3e-5");
        map.put("learningRate", 1);
        map.put("epochs", 360L);
        Recipe recipe = Recipe.fromMap(map);
        assertThat(recipe.regularization().weightDecay()).isEqualTo(3e-5);
        assertThat(recipe.learningRate()).isEqualTo(1);
    }

    @Test
    void fromMap_wholeNumbersAsText_areTaken() {
        Map<String, Object> map = with("epochs", "30");
        map.put("batchSize", " 12 ");
        map.put("seed", "-7");
        map.put(
                "schedule",
                Map.of("kind", "multistep", "milestones", List.of("30", 60), "factor", "0.1"));
        Recipe recipe = Recipe.fromMap(map);
        assertThat(recipe.epochs()).isEqualTo(30);
        assertThat(recipe.batchSize()).isEqualTo(12);
        assertThat(recipe.seed()).isEqualTo(-7);
        assertThat(recipe.schedule()).isEqualTo(new Schedule.MultiStep(List.of(30.0, 60.0), 0.1));
        refuses(with("epochs", "3.5"), "epochs must be a whole number, but was 3.5");
        refuses(with("epochs", ""), "epochs must be a whole number, but was ");
    }

    @Test
    void fromMap_misspeltConstant_closeOneOffered() {
        assertThatThrownBy(() -> Recipe.fromMap(with("decayRule", "ALL_BUT_NORMS")))
                .hasMessageContaining("but was ALL_BUT_NORMS; did you mean ALL_BUT_NORM");
        assertThatThrownBy(() -> Recipe.fromMap(with("schedule", Map.of("kind", "cosin"))))
                .hasMessageEndingWith("but was cosin; did you mean cosine?");
    }

    @Test
    void fromPartialMap_whatWasWrittenWhole_equal() {
        for (String name : List.of("ssld", "sklUgi", "fixRes", "fineTune")) {
            Recipe recipe = Recipe.named(name).build();
            assertThat(Recipe.fromPartialMap(recipe.toMap())).isEqualTo(recipe);
        }
        Recipe thawed = Recipe.fixRes().optFreezing(Freezing.none()).build();
        assertThat(Recipe.fromPartialMap(thawed.toMap())).isEqualTo(thawed);
        assertThat(Recipe.fromPartialMap(everything().toMap())).isEqualTo(everything());
    }

    @Test
    void fromPartialMap_little_theRestAsInTheRecipeOfTheName() {
        assertThat(Recipe.fromPartialMap(Map.of())).isEqualTo(Recipe.ssld().build());
        assertThat(Recipe.fromPartialMap(Map.of("name", "fixRes", "epochs", 4)))
                .isEqualTo(Recipe.fixRes().optEpochs(4).build());
        assertThat(Recipe.fromPartialMap(Map.of("name", "mine", "batchSize", 64, "height", 96)))
                .isEqualTo(Recipe.ssld().optName("mine").optBatchSize(64).optSize(96).build());
        Recipe adam =
                Recipe.fromPartialMap(
                        Map.of(
                                "optimizer", Map.of("kind", "adamw"),
                                "schedule", Map.of("kind", "polynomial"),
                                "ema", Map.of("decay", 0.99),
                                "earlyStop", Map.of("patience", 3),
                                "freezing", Map.of("prefixes", List.of("stem")),
                                "views", Map.of("flipProbability", 0)));
        assertThat(adam.optimizer()).isEqualTo(OptimizerSettings.adamW());
        assertThat(adam.schedule()).isEqualTo(Schedule.linear());
        assertThat(adam.ema()).contains(new EmaSettings(0.99, true));
        assertThat(adam.freezing()).isEqualTo(Freezing.of("stem"));
        assertThatThrownBy(() -> Recipe.fromPartialMap(Map.of("epoch", 3)))
                .hasMessageStartingWith("epoch must be a setting of a recipe")
                .hasMessageContaining("epochs");
    }

    @Test
    void fromMap_unknownKey_namesTheNearest() {
        refuses(
                with("learningrate", 1),
                "learningrate must be a setting of a recipe, but was not known; the nearest are"
                        + " learningRate");
        Map<String, Object> optimizer = new LinkedHashMap<>();
        optimizer.put("kind", "sgd");
        optimizer.put("momentum", 0.9);
        optimizer.put("nesterov", false);
        optimizer.put("momentun", 0.9);
        refuses(with("optimizer", optimizer), "optimizer.momentun must be a setting of a recipe");
    }

    @Test
    void fromMap_missingKey_isNamed() {
        Map<String, Object> map = with("epochs", 1);
        map.remove("epochs");
        refuses(map, "epochs must be given, but was missing");
    }

    @Test
    void fromMap_wrongKind_namesKeyRuleAndValue() {
        refuses(with("epochs", "many"), "epochs must be a whole number, but was many");
        refuses(with("epochs", 1.5), "epochs must be a whole number, but was 1.5");
        refuses(with("epochs", 1L << 40), "epochs must be a whole number of 32 bits, but was 109");
        refuses(with("learningRate", "fast"), "learningRate must be a number, but was fast");
        refuses(with("learningRate", true), "learningRate must be a number, but was true");
        refuses(with("optimizer", "sgd"), "optimizer must be a map of settings, but was sgd");
        refuses(
                with("optimizer", Map.of("kind", "lion")),
                "optimizer.kind must be sgd or adamw, but was lion");
        refuses(
                with("schedule", Map.of("kind", "wave")),
                "schedule.kind must be constant, cosine, polynomial, step or multistep, but was");
        refuses(
                with("decayRule", "NONE"),
                "decayRule must be one of [ALL, ALL_BUT_NORM, WEIGHTS_ONLY], but was NONE");
        refuses(with("name", 3), "name must be text, but was 3");
        refuses(
                with("ema", Map.of("decay", 0.9, "warmup", "maybe")),
                "ema.warmup must be true or false, but was maybe");
        refuses(
                with("freezing", Map.of("kind", "LISTED", "prefixes", "stem")),
                "freezing.prefixes must be a list, but was stem");
        refuses(with("epochs", 0), "epochs must be at least 1, but was 0");
        refuses(with("evaluationWidth", 32), "evaluationHeight must be given, but was missing");
    }

    @Test
    void fromMap_constants_inAnySpelling() {
        for (String spelling : List.of("WEIGHTS_ONLY", "weights_only", "weights-only")) {
            assertThat(Recipe.fromMap(with("decayRule", spelling)).regularization().decayRule())
                    .isEqualTo(DecayRule.WEIGHTS_ONLY);
        }
        Map<String, Object> views = new LinkedHashMap<>();
        views.put("kind", "augmentation");
        views.putAll(Augmentation.SSLD.toMap());
        Recipe usual = Recipe.fromMap(with("views", views));
        views.put(
                "interpolation",
                String.valueOf(views.get("interpolation")).toUpperCase(Locale.ROOT));
        assertThat(Recipe.fromMap(with("views", views))).isEqualTo(usual);
    }

    @Test
    void fromMap_samplerWrittenInJava_isRefusedButCanBeWritten() {
        ViewSampler own = (digest, number, width, height) -> View.whole(width, height);
        Map<String, Object> map = Recipe.ssld().optViews(own).build().toMap();
        assertThat(map.get("views")).isInstanceOf(String.class);
        refuses(map, "views must be a sampler that can be read back, not one written in Java code");
    }

    private static Map<String, Object> with(String key, Object value) {
        Map<String, Object> map = new LinkedHashMap<>(Recipe.ssld().build().toMap());
        map.put(key, value);
        return map;
    }

    private static void refuses(Map<String, Object> map, String message) {
        assertThatThrownBy(() -> Recipe.fromMap(map))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
