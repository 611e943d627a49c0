package io.ssld.core.train;

import io.ssld.base.internal.Names;
import io.ssld.core.data.BatchMixing;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.CenterCrop;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.ViewSampler;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The recipes that come with the library; {@link Recipe} says where their numbers are from. */
enum ReadyMade {
    SSLD("ssld") {
        @Override
        RecipeBuilder builder() {
            return new RecipeBuilder(stageOne());
        }
    },

    SSLD_STAGE_2("ssldStage2") {
        @Override
        RecipeBuilder builder() {
            return with(
                    stageOne().toBuilder()
                            .optName(recipeName())
                            .optEpochs(30)
                            .optLearningRate(1e-3));
        }
    },

    SKL_UGI("sklUgi") {
        @Override
        RecipeBuilder builder() {
            return with(
                    stageOne().toBuilder()
                            .optName(recipeName())
                            .optEpochs(20)
                            .optLearningRate(0.01)
                            .optWeightDecay(4e-5)
                            .optDecayRule(DecayRule.ALL_BUT_NORM)
                            .optSize(192)
                            .optEvaluationSize(224, 224)
                            .optViews(sklUgiViews()));
        }
    },

    SUPERVISED("supervised") {
        @Override
        RecipeBuilder builder() {
            return with(
                    stageOne().toBuilder()
                            .optName(recipeName())
                            .optDecayRule(DecayRule.ALL_BUT_NORM)
                            .optLabelSmoothing(0.1));
        }
    },

    FINE_TUNE("fineTune") {
        @Override
        RecipeBuilder builder() {
            return with(
                    stageOne().toBuilder()
                            .optName(recipeName())
                            .optEpochs(20)
                            .optBatchSize(32)
                            .optLearningRate(0.00375)
                            .optWeightDecay(1e-6));
        }
    },

    FIX_RES("fixRes") {
        @Override
        RecipeBuilder builder() {
            ImageSize size = new ImageSize(320, 320);
            return with(
                    stageOne().toBuilder()
                            .optName(recipeName())
                            .optEpochs(56)
                            .optLearningRate(1e-3)
                            .optWarmupEpochs(0)
                            .optSchedule(new Schedule.Step(30, 0.1))
                            .optWeightDecay(1e-4)
                            .optFreezing(Freezing.allButClassifier())
                            .optSize(320)
                            .optViews(new CenterCrop(size.defaultShortSide(), 320, 320)));
        }
    };

    private static final int BATCH = 256;

    private final String recipeName;

    ReadyMade(String recipeName) {
        this.recipeName = recipeName;
    }

    /** Starts from the recipe. */
    abstract RecipeBuilder builder();

    /** What the recipe is called. */
    String recipeName() {
        return recipeName;
    }

    static ReadyMade of(String name) {
        return Arrays.stream(values())
                .filter(recipe -> recipe.recipeName.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(Names.unknown("recipe", name, names())));
    }

    static List<String> names() {
        return Arrays.stream(values()).map(ReadyMade::recipeName).toList();
    }

    /** A builder in which everything can still be set, with the given settings as its defaults. */
    private static RecipeBuilder with(RecipeBuilder settings) {
        return settings.build().toBuilder();
    }

    private static Recipe stageOne() {
        return new Recipe(
                SSLD.recipeName,
                360,
                OptionalInt.empty(),
                BATCH,
                1,
                OptimizerSettings.sgd(),
                0.1,
                5,
                Schedule.cosine(),
                List.of(),
                Freezing.none(),
                new Regularization(3e-5, DecayRule.ALL, OptionalDouble.empty(), 0),
                Optional.empty(),
                Optional.empty(),
                224,
                224,
                Optional.empty(),
                OptionalInt.empty(),
                Augmentation.SSLD,
                BatchMixing.NONE,
                0);
    }

    /** The published ones of {@code person_exists}: no RandAugment, one image of ten erased. */
    private static ViewSampler sklUgiViews() {
        return Augmentation.eda(0, 0.1);
    }
}
