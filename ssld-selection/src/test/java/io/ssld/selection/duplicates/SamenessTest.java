package io.ssld.selection.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.selection.duplicates.LaidPictures.Block;
import io.ssld.selection.duplicates.Sameness.Answer;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What blocks of two pictures say. */
class SamenessTest {

    private static final double STRONG = 400;

    private static List<Block> hundred(IntFunction<Block> block) {
        return IntStream.range(0, 100).mapToObj(block).toList();
    }

    private static Block block(int luma, float red, double first, double second, double both) {
        return new Block(
                new float[] {luma, 10, 10}, new float[] {luma, red, 10}, first, second, both);
    }

    private static Block equal(int i, float red) {
        return block(100 + i, red, STRONG, STRONG, STRONG);
    }

    @Test
    void colours_smearedByAJpegOfASmallImage_areNoOtherColours() {
        List<Block> smeared = hundred(i -> equal(i, i < 60 ? 10 : i % 2 == 0 ? 45 : -25));
        assertThat(Sameness.of(smeared, true, true)).isEqualTo(Answer.SAME);
        assertThat(Sameness.of(smeared, false, false)).isEqualTo(Answer.DIFFERENT);
        List<Block> recoloured = hundred(i -> equal(i, i < 60 ? 10 : 45));
        assertThat(Sameness.of(recoloured, true, true)).isEqualTo(Answer.DIFFERENT);
    }

    @Test
    void details_ofOnePictureAlone_areWritingUntilLittleIsLeft() {
        assertThat(Sameness.of(written(60), false, false)).isEqualTo(Answer.SAME);
        assertThat(Sameness.of(written(75), false, false)).isEqualTo(Answer.DIFFERENT);
    }

    private static List<Block> written(int blocks) {
        return hundred(i -> i < blocks ? block(100 + i, 10, STRONG, 0, 0) : equal(i, 10));
    }

    @Test
    void details_ofEither_areOtherContent() {
        List<Block> replaced =
                hundred(
                        i ->
                                i >= 10
                                        ? equal(i, 10)
                                        : i % 2 == 0
                                                ? block(100 + i, 10, STRONG, 0, 0)
                                                : block(100 + i, 10, 0, STRONG, 0));
        assertThat(Sameness.of(replaced, false, false)).isEqualTo(Answer.DIFFERENT);
    }
}
