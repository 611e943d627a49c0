package io.ssld.finetuning.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.core.train.Recipe;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.Interpolation;
import io.ssld.images.view.ViewSampler;
import io.ssld.zoo.Preprocessing;
import io.ssld.zoo.SsldModel;
import org.junit.jupiter.api.Test;

class EvaluationPreprocessingTest {

    private static final Preprocessing HGNET = SsldModel.PPHGNET_TINY.preprocessing();

    @Test
    void of_recipe_isWhatItsRunMeasuresWith() {
        Recipe recipe = Recipe.fineTune().optSize(192).optEvaluationSize(224, 224).build();
        Preprocessing served = EvaluationPreprocessing.of(HGNET, recipe);
        assertThat(served.crop()).isEqualTo(224);
        assertThat(served.resizeShort()).isEqualTo(256);
        assertThat(served.interpolation()).isEqualTo(Interpolation.OPENCV_BILINEAR);
        assertThat(served.mean()).isEqualTo(HGNET.mean());
        Recipe own =
                Recipe.fineTune()
                        .optSize(64)
                        .optShortSide(70)
                        .optViews(Augmentation.PPHGNET)
                        .build();
        Preprocessing bicubic = EvaluationPreprocessing.of(HGNET, own);
        assertThat(bicubic.resizeShort()).isEqualTo(70);
        assertThat(bicubic.interpolation()).isEqualTo(Interpolation.PILLOW_BICUBIC);
    }

    @Test
    void of_otherInterpolations_areTheNearestThatThereIs() {
        Recipe triangle =
                Recipe.fineTune()
                        .optViews(
                                ViewSampler.builder()
                                        .optInterpolation(
                                                io.ssld.images.view.Interpolation.PILLOW_BILINEAR)
                                        .build())
                        .build();
        assertThat(EvaluationPreprocessing.of(HGNET, triangle).interpolation())
                .isEqualTo(Interpolation.PILLOW_BICUBIC);
        Recipe whole = Recipe.fineTune().optViews(ViewSampler.whole()).build();
        assertThat(EvaluationPreprocessing.of(HGNET, whole).interpolation())
                .isEqualTo(Interpolation.OPENCV_BILINEAR);
    }
}
