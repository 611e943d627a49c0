package io.ssld.images.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ViewTest {

    @Test
    void centerCrop_wideImage_isCentred() {
        // 500 x 375 becomes 341 x 256; the crop of 224 starts at (58, 16).
        View view = View.centerCrop(500, 375, 256, 224, 224);
        assertThat(view.order()).isEqualTo(View.Order.RESIZE_THEN_CROP);
        assertThat(view.left()).isEqualTo(58 * (500.0 / 341));
        assertThat(view.top()).isEqualTo(16 * (375.0 / 256));
        assertThat(view.width()).isEqualTo(224 * (500.0 / 341));
        assertThat(view.flip()).isFalse();
    }

    @Test
    void centerCrop_largerThanShortSide_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> View.centerCrop(10, 10, 32, 33, 20))
                .withMessage("shortSide must be at least the crop's 33 x 20, but was 32");
    }

    @Test
    void view_badBox_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new View(View.Order.CROP_THEN_RESIZE, 0.5, 0, 1, 1, false))
                .withMessageContaining("whole edges");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new View(View.Order.RESIZE_THEN_CROP, -1, 0, 1, 1, false));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new View(View.Order.RESIZE_THEN_CROP, 0, 0, 0, 1, false));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new View(View.Order.RESIZE_THEN_CROP, Double.NaN, 0, 1, 1, false));
    }
}
