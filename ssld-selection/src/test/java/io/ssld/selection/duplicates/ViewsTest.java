package io.ssld.selection.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ssld.images.internal.Pixels;
import org.junit.jupiter.api.Test;

/** The classical descriptor and its windows. */
class ViewsTest {

    private static Views describe(java.awt.image.BufferedImage image) {
        Views raw = new ClassicalViews(Windows.ALL).describe(TestPhotos.pixels(image));
        return DescriptorCache.Entry.of("", "", raw).views();
    }

    @Test
    void mirroredVectors_areThoseOfTheMirrorImage() {
        Views image = describe(TestPhotos.photo(3, 120, 90));
        Views mirror = describe(TestPhotos.mirror(TestPhotos.photo(3, 120, 90)));
        assertThat((double) Vectors.dot(image.mirrored()[0], mirror.plain()[0]))
                .isCloseTo(1, within(2e-3));
        assertThat((double) Vectors.dot(image.plain()[0], mirror.plain()[0])).isLessThan(0.9);
        // The left window of one is the right window of the other.
        assertThat((double) Vectors.dot(image.mirrored()[5], mirror.plain()[6]))
                .isCloseTo(1, within(2e-2));
    }

    @Test
    void similarity_ofContrastAndScale_isNearOne() {
        Views image = describe(TestPhotos.photo(3, 120, 90));
        Views other =
                describe(
                        TestPhotos.contrast(
                                TestPhotos.resize(TestPhotos.photo(3, 120, 90), 1.5), 0.7, 20));
        assertThat((double) image.to(other, false).cosine()).isGreaterThan(0.97);
    }

    @Test
    void similarity_ofACrop_comesFromAWindow() {
        Views image = describe(TestPhotos.photo(3, 200, 150));
        Views crop = describe(TestPhotos.crop(TestPhotos.photo(3, 200, 150), 0.28, 0.28, 0.72));
        double whole = Vectors.dot(image.plain()[0], crop.plain()[0]);
        assertThat((double) crop.to(image, false).cosine()).isGreaterThan(0.95);
        assertThat((double) image.to(crop, false).cosine()).isGreaterThan(0.95);
        assertThat(whole).isLessThan(0.9);
    }

    @Test
    void onePixel_hasAVector() {
        Views dot =
                DescriptorCache.Entry.of(
                                "",
                                "",
                                new ClassicalViews(1).describe(new Pixels(1, 1, new byte[3])))
                        .views();
        assertThat(dot.plain()[0][0]).isEqualTo(1);
    }

    @Test
    void shrink_keepsTheMean_andTheShape() {
        Pixels small = Thumbnails.shrink(TestPhotos.pixels(TestPhotos.plain(4, 600, 300)), 100);
        assertThat(small.width()).isEqualTo(100);
        assertThat(small.height()).isEqualTo(50);
        float mean = Thumbnails.planes(small, 1, 1)[0][0];
        float expected =
                Thumbnails.planes(TestPhotos.pixels(TestPhotos.plain(4, 600, 300)), 1, 1)[0][0];
        assertThat(mean).isCloseTo(expected, within(0.01f));
    }
}
