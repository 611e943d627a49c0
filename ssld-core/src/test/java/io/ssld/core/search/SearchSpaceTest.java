package io.ssld.core.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ssld.core.train.LearningRateMultiplier;
import io.ssld.core.train.Recipe;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.AutoAugment;
import io.ssld.images.view.AutoAugmentPolicy;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.RandAugment;
import io.ssld.images.view.RandomErasing;
import io.ssld.images.view.ViewSampler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SearchSpaceTest {

    private static List<String> texts(SearchSpace space, Coordinate coordinate) {
        return space.of(coordinate).stream().map(Candidate::text).toList();
    }

    @Test
    void published_sklUgi_isThatOfPersonExists() {
        // PaddleClas configs: lr 0.01 for 4 x 64 images, evaluation at 224.
        SearchSpace space = SearchSpace.published(Recipe.sklUgi().build());
        assertThat(texts(space, Coordinate.LEARNING_RATE))
                .containsExactly("0.0075", "0.01", "0.0125");
        assertThat(texts(space, Coordinate.TRAIN_SIZE)).containsExactly("176", "192", "224");
        assertThat(texts(space, Coordinate.RANDAUGMENT)).containsExactly("0.0", "0.1", "0.5");
        assertThat(texts(space, Coordinate.ERASING)).containsExactly("0.0", "0.1", "0.5");
        assertThat(space.of(Coordinate.MULTIPLIERS)).isEmpty();
    }

    @Test
    void published_smallImages_scalesSizes() {
        SearchSpace space = SearchSpace.published(Recipe.supervised().optSize(48).build());
        assertThat(texts(space, Coordinate.TRAIN_SIZE)).containsExactly("38", "41", "48");
    }

    @Test
    void published_otherViews_leavesOutWhatTheyCannotHave() {
        SearchSpace centre = SearchSpace.published(Recipe.fixRes().build());
        assertThat(centre.of(Coordinate.RANDAUGMENT)).isEmpty();
        assertThat(centre.of(Coordinate.ERASING)).isEmpty();
        Augmentation auto =
                ViewSampler.builder().optAutoAugment(AutoAugment.of(AutoAugmentPolicy.V0)).build();
        SearchSpace beside = SearchSpace.published(Recipe.supervised().optViews(auto).build());
        assertThat(beside.of(Coordinate.RANDAUGMENT)).isEmpty();
        assertThat(beside.of(Coordinate.ERASING)).hasSize(3);
    }

    @Test
    void with_replacesOneSetting_andKeepsTheOrderOfSettings() {
        SearchSpace space =
                new SearchSpace(List.of(new Candidate.Erasing(0.3), new Candidate.Rate(0.2)))
                        .with(
                                Coordinate.LEARNING_RATE,
                                List.of(new Candidate.Rate(0.5), new Candidate.Rate(0.1)));
        assertThat(space.candidates())
                .containsExactly(
                        new Candidate.Rate(0.5),
                        new Candidate.Rate(0.1),
                        new Candidate.Erasing(0.3));
        assertThatThrownBy(() -> space.with(Coordinate.ERASING, List.of(new Candidate.Rate(0.1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("erasing probability");
    }

    @Test
    void applyTo_changesOneSetting_andNothingElse() {
        Recipe recipe =
                Recipe.supervised()
                        .optEpochs(4)
                        .optWarmupEpochs(3) // more than a builder would leave
                        .optSize(40)
                        .optShortSide(44)
                        .addMultiplier("stem", 0.5)
                        .build();
        assertThat(new Candidate.Rate(0.3).applyTo(recipe).toMap())
                .isEqualTo(changed(recipe, "learningRate", 0.3));
        Recipe sized = new Candidate.Size(32, 36).applyTo(recipe);
        assertThat(List.of(sized.height(), sized.width())).containsExactly(32, 36);
        assertThat(sized.evaluationSize()).contains(new ImageSize(40, 40));
        assertThat(sized.shortSide()).hasValue(44);
        assertThat(sized.warmupEpochs()).isEqualTo(3);
        Candidate multipliers =
                new Candidate.Multipliers(List.of(new LearningRateMultiplier("unit1", 0.2)));
        assertThat(multipliers.text()).isEqualTo("unit1 0.2");
        assertThat(multipliers.applyTo(recipe).multipliers())
                .containsExactly(new LearningRateMultiplier("unit1", 0.2));
        assertThat(new Candidate.Multipliers(List.of()).applyTo(recipe).multipliers()).isEmpty();
        for (Coordinate coordinate : Coordinate.values()) {
            assertThat(Candidate.of(coordinate, recipe).applyTo(recipe)).isEqualTo(recipe);
        }
    }

    private static Map<String, Object> changed(Recipe recipe, String key, Object value) {
        Map<String, Object> map = new LinkedHashMap<>(recipe.toMap());
        map.put(key, value);
        return map;
    }

    @Test
    void applyTo_probabilities_keepThePolicyOfTheRecipe() {
        RandAugment own = RandAugment.parse("rand-m7-mstd0.5-inc1");
        Recipe withPolicy =
                Recipe.supervised()
                        .optViews(ViewSampler.builder().optRandAugment(own).build())
                        .build();
        assertThat(views(new Candidate.RandAugmenting(0.4).applyTo(withPolicy)).randAugment())
                .isEqualTo(own.withProbability(0.4));
        Recipe plain = Recipe.supervised().optSize(20, 40).build();
        assertThat(views(new Candidate.RandAugmenting(0.4).applyTo(plain)).randAugment())
                .isEqualTo(RandAugment.M9.withProbability(0.4));
        assertThat(views(new Candidate.Erasing(0.2).applyTo(plain)).erasing())
                .isEqualTo(
                        RandomErasing.ALWAYS.forSize(new ImageSize(20, 40)).withProbability(0.2));
        assertThat(new Candidate.Erasing(0).applyTo(plain)).isEqualTo(plain);
        assertThatThrownBy(() -> new Candidate.Erasing(0.1).applyTo(Recipe.fixRes().build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("views must be an Augmentation");
    }

    private static Augmentation views(Recipe recipe) {
        return (Augmentation) recipe.views();
    }
}
