package io.ssld.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.ssld.core.view.ViewSampler;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RecipeTest {

    @Test
    void ssld_defaults_arePublishedOnesScaledToTheBatch() {
        Recipe recipe = Recipe.ssld().build();
        assertThat(recipe.epochs()).isEqualTo(360);
        assertThat(recipe.batchSize()).isEqualTo(256);
        assertThat(recipe.learningRate()).isCloseTo(0.1, within(1e-12));
        assertThat(recipe.warmupEpochs()).isEqualTo(5);
        assertThat(recipe.optimizer()).isEqualTo(OptimizerSettings.sgd());
        assertThat(recipe.regularization().weightDecay()).isEqualTo(3e-5);
        assertThat(recipe.regularization().decayRule()).isEqualTo(DecayRule.ALL);
        assertThat(recipe.height()).isEqualTo(224);
        assertThat(recipe.width()).isEqualTo(224);
        assertThat(recipe.stepsPerEpoch()).isEmpty();
        assertThat(Recipe.ssld().batchSize(4096).build().learningRate())
                .isCloseTo(1.6, within(1e-12));
    }

    @Test
    void build_everySetting_isTaken() {
        ViewSampler views = ViewSampler.builder().optFlipProbability(0).build();
        Recipe recipe =
                Recipe.ssld()
                        .epochs(7)
                        .stepsPerEpoch(11)
                        .batchSize(32)
                        .learningRate(0.3)
                        .warmupEpochs(0.5)
                        .momentum(0.7)
                        .weightDecay(1e-3)
                        .decayRule(DecayRule.WEIGHTS_ONLY)
                        .size(64, 48)
                        .shortSide(70)
                        .views(views)
                        .seed(99)
                        .build();
        assertThat(recipe.toMap())
                .containsEntry("epochs", 7)
                .containsEntry("stepsPerEpoch", 11)
                .containsEntry("batchSize", 32)
                .containsEntry("learningRate", 0.3)
                .containsEntry("warmupEpochs", 0.5)
                .containsEntry(
                        "optimizer", Map.of("kind", "sgd", "momentum", 0.7, "nesterov", false))
                .containsEntry("weightDecay", 1e-3)
                .containsEntry("decayRule", "WEIGHTS_ONLY")
                .containsEntry("height", 64)
                .containsEntry("width", 48)
                .containsEntry("shortSide", 70)
                .containsEntry("seed", 99L);
        assertThat(recipe.views()).isEqualTo(views);
        LearningRate schedule = recipe.schedule(11);
        assertThat(schedule.at(0)).isZero();
        assertThat(schedule.at(6)).isEqualTo(0.3); // half of 11 steps, rounded
    }

    @Test
    void build_shortRun_shortensTheWarmup() {
        assertThat(Recipe.ssld().epochs(4).build().warmupEpochs()).isEqualTo(1);
    }

    @Test
    void build_settingGivenTwice_quotesTheEarlierValue() {
        assertThatThrownBy(() -> Recipe.ssld().epochs(3).epochs(4))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "epochs must be set once, but was 3 already; remove one of the two calls");
    }

    @Test
    void build_numbersOutOfRange_areNamed() {
        refuses(b -> b.epochs(0), "epochs must be at least 1, but was 0");
        refuses(b -> b.stepsPerEpoch(0), "stepsPerEpoch must be at least 1, but was 0");
        refuses(b -> b.batchSize(0).learningRate(1), "batchSize must be at least 1, but was 0");
        refuses(
                b -> b.learningRate(Double.NaN),
                "learningRate must be positive and finite, but was NaN");
        refuses(
                b -> b.epochs(5).warmupEpochs(5),
                "warmupEpochs must be 0 or more and less than the 5 epochs, but was 5.0");
        refuses(b -> b.momentum(1), "momentum must be 0 to less than 1, but was 1.0");
        refuses(b -> b.weightDecay(-1), "weightDecay must be 0 or more and finite, but was -1.0");
        refuses(b -> b.size(0, 9), "height must be at least 1, but was 0");
        refuses(
                b -> b.size(30, 40).shortSide(39),
                "shortSide must be at least the 40 pixels of the crop, but was 39");
        refuses(b -> b.size(9, 0), "width must be at least 1, but was 0");
    }

    private static void refuses(UnaryOperator<RecipeBuilder> settings, String message) {
        assertThatThrownBy(() -> settings.apply(Recipe.ssld()).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
