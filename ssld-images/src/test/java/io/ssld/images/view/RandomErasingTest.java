package io.ssld.images.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.ssld.base.internal.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomErasingTest {

    private static final int DRAWS = 20_000;

    private static List<ErasedBox> draws(RandomErasing erasing) {
        return IntStream.range(0, DRAWS)
                .mapToObj(i -> erasing.draw(CounterRandom.of(3, i)))
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void draw_published_hasItsRanges() {
        List<ErasedBox> boxes = draws(RandomErasing.ALWAYS.withProbability(0.25));
        assertThat(boxes.size() / (double) DRAWS).isCloseTo(0.25, within(0.012));
        assertThat(boxes)
                .allSatisfy(
                        box -> {
                            assertThat(box.width() * box.height()).isBetween(0.02, 1.0 / 3);
                            assertThat(box.height() / box.width()).isBetween(0.299, 3.334);
                            assertThat(box.fill()).isEqualTo(ErasedBox.Fill.PIXEL_NORMAL);
                        });
        // The logarithm of the ratio is uniform, so as many boxes are high as are wide.
        long high = boxes.stream().filter(box -> box.height() > box.width()).count();
        assertThat(high / (double) boxes.size()).isCloseTo(0.5, within(0.03));
        assertThat(boxes.stream().map(ErasedBox::seed).distinct().count()).isEqualTo(boxes.size());
    }

    @Test
    void draw_inputsThatAreNotSquare_haveTheRatioInPixels() {
        RandomErasing square =
                new RandomErasing(
                        1, new Range(0.1, 0.1), new Range(1, 1), 10, ErasedBox.Fill.ZERO, 1);
        ImageSize size = new ImageSize(80, 160);
        ErasedBox box = draws(square.forSize(size)).get(0);
        assertThat(box.width() * 160).isCloseTo(box.height() * 80, within(1e-9));
        assertThat(box.width() * box.height()).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void draw_nothingFits_erasesNothing() {
        RandomErasing wide =
                new RandomErasing(1, new Range(0.9, 1), new Range(3, 3), 5, ErasedBox.Fill.ZERO, 1);
        assertThat(draws(wide)).isEmpty();
        RandomErasing sometimes =
                new RandomErasing(
                        1, new Range(0.3, 1), new Range(0.3, 3), 1, ErasedBox.Fill.ZERO, 1);
        RandomErasing often =
                new RandomErasing(
                        1, new Range(0.3, 1), new Range(0.3, 3), 10, ErasedBox.Fill.ZERO, 1);
        assertThat(draws(sometimes).size()).isLessThan(draws(often).size() - 1000);
    }

    @Test
    void new_badSetting_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RandomErasing.ALWAYS.withProbability(1.1))
                .withMessage("erasing.probability must be in 0..1, but was 1.1");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new RandomErasing(
                                        1,
                                        new Range(0, 0.5),
                                        new Range(1, 1),
                                        1,
                                        ErasedBox.Fill.ZERO,
                                        1))
                .withMessageContaining("erasing.area must be a range in (0, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ErasedBox(0.5, 1.5, 0, 0, ErasedBox.Fill.ZERO, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ErasedBox(0.5, 0.5, 0, -0.1, ErasedBox.Fill.ZERO, 0));
    }

    @Test
    void erase_zero_overwritesTheBoxAndNothingElse() {
        // 4 x 5 input; the box is 2 wide and 3 high, at the last of 3 columns and first of 3 rows.
        ErasedBox box = new ErasedBox(0.5, 0.6, 0.99, 0.3, ErasedBox.Fill.ZERO, 0);
        float[] values = new float[2 + 60 + 3];
        Arrays.fill(values, 7);
        box.erase(values, 2, new ImageSize(5, 4));
        for (int i = 0; i < values.length; i++) {
            int x = (i - 2) / 3 % 4;
            int y = i < 2 ? -1 : (i - 2) / 12;
            boolean inside = x >= 2 && y >= 0 && y < 3;
            assertThat(values[i]).as("value %s", i).isEqualTo(inside ? 0 : 7);
        }
    }

    @Test
    void erase_channelNormal_isOneColour_andPixelNormalIsNot() {
        ImageSize size = new ImageSize(200, 300);
        float[] values = new float[size.bytes()];
        new ErasedBox(1, 1, 0, 0, ErasedBox.Fill.CHANNEL_NORMAL, 5).erase(values, 0, size);
        for (int i = 3; i < values.length; i++) {
            assertThat(values[i]).isEqualTo(values[i % 3]);
        }
        assertThat(values[0]).isNotEqualTo(values[1]).isNotEqualTo(0);
        float[] noise = new float[size.bytes()];
        new ErasedBox(1, 1, 0, 0, ErasedBox.Fill.PIXEL_NORMAL, 5).erase(noise, 0, size);
        double sum = 0;
        double squares = 0;
        double fourth = 0;
        for (float value : noise) {
            sum += value;
            squares += value * value;
            fourth += Math.pow(value, 4);
        }
        // 180,000 normal numbers: mean 0, variance 1, fourth moment 3.
        assertThat(sum / noise.length).isCloseTo(0, within(0.01));
        assertThat(squares / noise.length).isCloseTo(1, within(0.015));
        assertThat(fourth / noise.length).isCloseTo(3, within(0.15));
        float[] again = new float[size.bytes()];
        new ErasedBox(1, 1, 0, 0, ErasedBox.Fill.PIXEL_NORMAL, 5).erase(again, 0, size);
        assertThat(again).isEqualTo(noise);
        new ErasedBox(1, 1, 0, 0, ErasedBox.Fill.PIXEL_NORMAL, 6).erase(again, 0, size);
        assertThat(again).isNotEqualTo(noise);
    }

    @Test
    void erase_smallInput_erasesAtLeastAPixel() {
        float[] values = {1, 1, 1};
        new ErasedBox(0.1, 0.1, 0.5, 0.5, ErasedBox.Fill.ZERO, 0)
                .erase(values, 0, new ImageSize(1, 1));
        assertThat(values).containsOnly(0);
    }
}
