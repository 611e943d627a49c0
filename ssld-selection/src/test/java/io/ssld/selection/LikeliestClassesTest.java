package io.ssld.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LikeliestClassesTest {

    private static final Path IMAGE = Path.of("cat.jpg");

    private static List<ClassScore> of(int topK, float... logits) {
        return LikeliestClasses.of(logits, topK, IMAGE);
    }

    /** Python: exp(x) / sum of exp over [3, .5, -.5, -2] in float64, '%.6g'. */
    @Test
    void of_logits_areSoftmaxLikeliestFirst() {
        assertThat(of(4, -0.5f, 3, -2, 0.5f))
                .containsExactly(
                        new ClassScore(1, 0.893639f),
                        new ClassScore(3, 0.0733543f),
                        new ClassScore(0, 0.0269856f),
                        new ClassScore(2, 0.00602129f));
        assertThat(of(2, -0.5f, 3, -2, 0.5f)).isEqualTo(of(4, -0.5f, 3, -2, 0.5f).subList(0, 2));
    }

    @Test
    void of_equalLogits_areInOrderOfClasses() {
        assertThat(of(3, 1, 1, 1, 1)).extracting(ClassScore::classNumber).containsExactly(0, 1, 2);
        // Different before rounding, equal after it: the lower class first all the same.
        assertThat(of(2, 10, Math.nextUp(10f), -90))
                .isEqualTo(List.of(new ClassScore(0, 0.5f), new ClassScore(1, 0.5f)));
    }

    @Test
    void of_hugeLogits_doNotOverflow() {
        assertThat(of(2, 3e38f, -3e38f, Float.NEGATIVE_INFINITY))
                .containsExactly(new ClassScore(0, 1), new ClassScore(1, 0));
    }

    @Test
    void of_logitThatIsNoNumber_namesTheImage() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> of(1, 0, bad))
                    .withMessageContaining("cat.jpg was " + bad);
        }
    }
}
