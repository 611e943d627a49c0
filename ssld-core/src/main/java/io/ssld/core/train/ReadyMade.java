package io.ssld.core.train;

import io.ssld.base.internal.Names;
import io.ssld.core.data.internal.BatchMixing;
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
            return with(stageOne().toBuilder().name(recipeName()).epochs(30).learningRate(1e-3));
        }
    },

    SKL_UGI("sklUgi") {
        @Override
        RecipeBuilder builder() {
            return with(
                    stageOne().toBuilder()
                            .name(recipeName())
                            .epochs(20)
                            .learningRate(0.01)
                            .weightDecay(4e-5)
                            .decayRule(DecayRule.ALL_BUT_NORM)
                            .size(192)
                            .evaluationSize(224, 224)
                            .views(sklUgiViews()));
        }
    },

    SUPERVISED("supervised") {
        @Override
        RecipeBuilder builder() {
            return with(
                    stageOne().toBuilder()
                            .name(recipeName())
                            .decayRule(DecayRule.ALL_BUT_NORM)
                            .labelSmoothing(0.1));
        }
    },

    FINE_TUNE("fineTune") {
        @Override
        RecipeBuilder builder() {
            return with(
                    stageOne().toBuilder()
                            .name(recipeName())
                            .epochs(20)
                            .batchSize(32)
                            .learningRate(0.00375)
                            .weightDecay(1e-6));
        }
    },

    FIX_RES("fixRes") {
        @Override
        RecipeBuilder builder() {
            ImageSize size = new ImageSize(320, 320);
            return with(
                    stageOne().toBuilder()
                            .name(recipeName())
                            .epochs(56)
                            .learningRate(1e-3)
                            .warmupEpochs(0)
                            .schedule(new Schedule.Step(30, 0.1))
                            .weightDecay(1e-4)
                            .freezing(Freezing.allButClassifier())
                            .size(320)
                            .views(new CenterCrop(size.defaultShortSide(), 320, 320)));
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
