package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassNameMatchTest {

    private static void require(List<String> names, List<String> others) {
        ClassNameMatch.require("teacher", names, "images", others);
    }

    @Test
    void require_sameNames_orNone_passes() {
        List<String> names = List.of("cat", "dog");
        assertThatCode(
                        () -> {
                            require(names, names);
                            require(names, List.of());
                            require(List.of(), names);
                            require(names, List.of("0", "1"));
                            require(List.of("n01440764 tench, Tinca tinca"), List.of("n01440764"));
                        })
                .doesNotThrowAnyException();
    }

    @Test
    void require_otherNames_showsTheFirstDifferences() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                require(
                                        List.of("a", "b", "c", "d"),
                                        List.of("w", "b", "x", "y", "z")))
                .withMessage(
                        "class names of teacher and images must be the same in the same order, but"
                            + " 4 of 5 differ: class 0 is 'a' and 'w', class 2 is 'c' and 'x',"
                            + " class 3 is 'd' and 'y' and so on; use sources of the same classes");
    }

    @Test
    void require_numbersInAnotherOrder_isRefused() {
        // Sub-folders sort as text, lists number as they like.
        assertThatIllegalArgumentException()
                .isThrownBy(() -> require(List.of("0", "1", "2"), List.of("0", "2", "1")))
                .withMessageContaining("are in another order: class 1 is '1' and '2'");
    }

    @Test
    void either_prefersNamesToNumbers() {
        List<String> names = List.of("cat", "dog");
        assertThat(ClassNameMatch.either("a", List.of("0", "1"), "b", names)).isEqualTo(names);
        assertThat(ClassNameMatch.either("a", names, "b", List.of("0", "1"))).isEqualTo(names);
        assertThat(ClassNameMatch.either("a", names, "b", List.of())).isEqualTo(names);
    }
}
