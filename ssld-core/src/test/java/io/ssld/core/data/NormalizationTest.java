package io.ssld.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizationTest {

    @Test
    void affineTo_other_turnsOneIntoTheOther() {
        Normalization one = Normalization.of(new float[] {0.1f, 0.7f}, new float[] {0.2f, 0.4f});
        Normalization two = Normalization.of(new float[] {0.3f, 0.2f}, new float[] {0.5f, 0.8f});
        Normalization.Affine affine = one.affineTo(two);
        for (int c = 0; c < 2; c++) {
            for (int value : new int[] {0, 100, 255}) {
                float mapped = one.table(c)[value] * affine.scale().get(c) + affine.offset().get(c);
                assertThat(mapped).isCloseTo(two.table(c)[value], within(1e-5f));
            }
        }
        assertThat(affine.isIdentity()).isFalse();
        assertThat(one.affineTo(one).isIdentity()).isTrue();
    }

    @Test
    void affineTo_halfFromNone_isWhatTheFormulaSays() {
        Normalization.Affine affine = Normalization.NONE.affineTo(Normalization.HALF);
        assertThat(affine.scale()).containsExactly(2f, 2f, 2f);
        assertThat(affine.offset()).containsExactly(-1f, -1f, -1f);
    }

    @Test
    void affineTo_otherChannelCount_isRefused() {
        Normalization grey = Normalization.of(new float[] {0}, new float[] {1});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grey.affineTo(Normalization.IMAGENET))
                .withMessage("other must have 1 channels, but had 3");
    }

    @Test
    void table_imagenet_isPaddlesNumber() {
        // (128 / 255 - 0.456) / 0.224
        assertThat(Normalization.IMAGENET.table(1)[128]).isCloseTo(0.2051821f, within(1e-6f));
    }

    @Test
    void of_listChangedLater_staysAsItWas() {
        List<Float> mean = new ArrayList<>(List.of(0.5f));
        Normalization kept = new Normalization(mean, List.of(1f));
        mean.set(0, 9f);
        assertThat(kept.mean()).containsExactly(0.5f);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
    void of_badStd_isRefused(float std) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Normalization.of(new float[] {0}, new float[] {std}))
                .withMessageContaining("std must be above 0 and finite");
    }

    @Test
    void of_badMeanOrLengths_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Normalization.of(new float[] {Float.NaN}, new float[] {1}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Normalization.of(new float[] {0, 0}, new float[] {1}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Normalization.of(new float[0], new float[0]));
    }
}
