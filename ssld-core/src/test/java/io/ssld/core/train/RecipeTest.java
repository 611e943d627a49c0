package io.ssld.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.ssld.images.view.CenterCrop;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.ViewSampler;
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
        assertThat(Recipe.ssld().optBatchSize(4096).build().learningRate())
                .isCloseTo(1.6, within(1e-12));
    }

    @Test
    void build_everySetting_isTaken() {
        ViewSampler views = ViewSampler.builder().optFlipProbability(0).build();
        Recipe recipe =
                Recipe.ssld()
                        .optEpochs(7)
                        .optStepsPerEpoch(11)
                        .optBatchSize(32)
                        .optLearningRate(0.3)
                        .optWarmupEpochs(0.5)
                        .optMomentum(0.7)
                        .optWeightDecay(1e-3)
                        .optDecayRule(DecayRule.WEIGHTS_ONLY)
                        .optSize(64, 48)
                        .optShortSide(70)
                        .optViews(views)
                        .optSeed(99)
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
    void readyMade_published_numbersPerTwoHundredFiftySixImages() {
        Recipe second = Recipe.ssldStage2().build();
        assertThat(second.epochs()).isEqualTo(30);
        assertThat(second.learningRate()).isCloseTo(0.016 / 16, within(1e-12));
        assertThat(second.freezing().isNone()).isTrue();

        Recipe ugi = Recipe.sklUgi().build();
        assertThat(ugi.epochs()).isEqualTo(20);
        assertThat(ugi.learningRate()).isEqualTo(0.01);
        assertThat(ugi.regularization().weightDecay()).isEqualTo(4e-5);
        assertThat(ugi.height()).isEqualTo(192);
        assertThat(ugi.evaluationSize()).contains(new ImageSize(224, 224));

        Recipe labels = Recipe.supervised().optBatchSize(2048).build();
        assertThat(labels.learningRate()).isCloseTo(0.8, within(1e-12));
        assertThat(labels.regularization().labelSmoothing()).isEqualTo(0.1);
        assertThat(labels.regularization().decayRule()).isEqualTo(DecayRule.ALL_BUT_NORM);

        Recipe tuned = Recipe.fineTune().optBatchSize(64).build();
        assertThat(tuned.epochs()).isEqualTo(20);
        assertThat(tuned.learningRate()).isCloseTo(0.0075, within(1e-12));
        assertThat(tuned.regularization().weightDecay()).isEqualTo(1e-6);

        Recipe fix = Recipe.fixRes().build();
        assertThat(fix.freezing()).isEqualTo(Freezing.allButClassifier());
        assertThat(fix.views()).isEqualTo(new CenterCrop(366, 320, 320));
        assertThat(fix.schedule(10).at(300)).isCloseTo(1e-4, within(1e-12));
        assertThat(Recipe.names())
                .containsExactly(
                        "ssld", "ssldStage2", "sklUgi", "supervised", "fineTune", "fixRes");
    }

    @Test
    void fixRes_otherSize_trainsOnWhatIsEvaluated() {
        assertThat(Recipe.fixRes().optSize(384).build().views())
                .isEqualTo(new CenterCrop(439, 384, 384));
        assertThat(Recipe.fixRes().optSize(64).optShortSide(70).build().views())
                .isEqualTo(new CenterCrop(70, 64, 64));
        assertThatThrownBy(() -> Recipe.fixRes().optSize(64).optShortSide(50).build())
                .hasMessage("shortSide must be at least the 64 pixels of the crop, but was 50");
    }

    @Test
    void size_recipeWithAnEvaluationSize_takesItsPlaceToo() {
        assertThat(Recipe.sklUgi().optSize(32).build().evaluationSize()).isEmpty();
        assertThat(
                        Recipe.sklUgi()
                                .optSize(160)
                                .optEvaluationSize(176, 176)
                                .build()
                                .evaluationSize())
                .contains(new ImageSize(176, 176));
    }

    @Test
    void accumulation_rateNotSet_scalesTheRate() {
        assertThat(Recipe.ssld().optBatchSize(64).optAccumulation(8).build().learningRate())
                .isCloseTo(0.2, within(1e-12));
    }

    @Test
    void published_architecture_hasItsRow() {
        Recipe large =
                Recipe.published("ssld", "mobilenetv3_large_x1_0").optBatchSize(5760).build();
        assertThat(large.learningRate()).isCloseTo(3.65625, within(1e-9));
        assertThat(large.regularization().weightDecay()).isEqualTo(1e-5);
        assertThat(large.regularization().decayRule()).isEqualTo(DecayRule.ALL_BUT_NORM);
        assertThat(large.name()).isEqualTo("ssld MobileNetV3_large_x1_0");
        Recipe second = Recipe.published("ssldStage2", "ResNet50_vd").build();
        assertThat(second.epochs()).isEqualTo(60);
        assertThat(second.learningRate()).isCloseTo(0.001, within(1e-12));
        Recipe labels = Recipe.published("supervised", "ResNet50_vd").build();
        assertThat(labels.warmupEpochs()).isZero();
        assertThat(labels.regularization().decayRule()).isEqualTo(DecayRule.ALL);
        assertThat(labels.regularization().labelSmoothing()).isEqualTo(0.1);
    }

    @Test
    void published_unknownNames_listTheKnown() {
        assertThatThrownBy(() -> Recipe.published("ssldStage2", "VGG16"))
                .hasMessageStartingWith(
                        "architecture must have published numbers for ssldStage2, which are"
                                + " MobileNetV1, MobileNetV2")
                .hasMessageContaining("but was VGG16");
        assertThatThrownBy(() -> Recipe.published("fixRes", "ResNet50_vd"))
                .hasMessageContaining("for fixRes, which has none, but was ResNet50_vd");
        assertThatThrownBy(() -> Recipe.named("best"))
                .hasMessage(
                        "recipe must be one of ssld, ssldStage2, sklUgi, supervised, fineTune,"
                                + " fixRes, but was best");
    }

    @Test
    void toBuilder_nothingSet_isTheSame() {
        for (String name : Recipe.names()) {
            Recipe recipe = Recipe.named(name).build();
            assertThat(recipe.toBuilder().build()).isEqualTo(recipe);
        }
    }

    @Test
    void labelLoss_smoothing_equalsPyTorch() {
        // torch.nn.functional.cross_entropy(logits, target, label_smoothing=0.2), double
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray logits = manager.create(new double[][] {{1, -2, 0.5}, {0.1, 0.2, 3}});
            NDList labels = new NDList(manager.create(new long[] {2, 1}));
            NDArray smooth =
                    Recipe.ssld()
                            .optLabelSmoothing(0.2)
                            .build()
                            .labelLoss()
                            .evaluate(labels, new NDList(logits));
            assertThat(smooth.getDouble()).isCloseTo(1.9337658501, within(1e-7));
            NDArray hard = Recipe.ssld().build().labelLoss().evaluate(labels, new NDList(logits));
            assertThat(hard.getDouble()).isCloseTo(1.9570991834, within(1e-7));
        }
    }

    @Test
    void build_shortRun_shortensTheWarmup() {
        assertThat(Recipe.ssld().optEpochs(4).build().warmupEpochs()).isEqualTo(1);
    }

    @Test
    void build_settingGivenTwice_quotesTheEarlierValue() {
        assertThatThrownBy(() -> Recipe.ssld().optEpochs(3).optEpochs(4))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "epochs must be set once, but was 3 already; remove one of the two calls");
    }

    @Test
    void build_numbersOutOfRange_areNamed() {
        refuses(b -> b.optEpochs(0), "epochs must be at least 1, but was 0");
        refuses(b -> b.optStepsPerEpoch(0), "stepsPerEpoch must be at least 1, but was 0");
        refuses(
                b -> b.optBatchSize(0).optLearningRate(1),
                "batchSize must be at least 1, but was 0");
        refuses(
                b -> b.optLearningRate(Double.NaN),
                "learningRate must be positive and finite, but was NaN");
        refuses(
                b -> b.optEpochs(5).optWarmupEpochs(5),
                "warmupEpochs must be 0 or more and less than the 5 epochs, but was 5.0");
        refuses(b -> b.optMomentum(1), "momentum must be 0 to less than 1, but was 1.0");
        refuses(
                b -> b.optWeightDecay(-1),
                "weightDecay must be 0 or more and finite, but was -1.0");
        refuses(b -> b.optSize(0, 9), "height must be at least 1, but was 0");
        refuses(
                b -> b.optSize(30, 40).optShortSide(39),
                "shortSide must be at least the 40 pixels of the crop, but was 39");
        refuses(
                b -> b.optAccumulation(0).optLearningRate(1),
                "accumulation must be at least 1, but was 0");
        refuses(b -> b.optClipNorm(0), "clipNorm must be positive and finite, but was 0.0");
        refuses(
                b -> b.optLabelSmoothing(1),
                "labelSmoothing must be 0 to less than 1, but was 1.0");
        refuses(b -> b.optName(" "), "name must not be blank, but was ' '");
        refuses(
                b -> b.addMultiplier("a", 1).addMultiplier("a", 2),
                "multipliers must have one factor a prefix, but was two for a");
        refuses(b -> b.optSize(9, 0), "width must be at least 1, but was 0");
    }

    private static void refuses(UnaryOperator<RecipeBuilder> settings, String message) {
        assertThatThrownBy(() -> settings.apply(Recipe.ssld()).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
