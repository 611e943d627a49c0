package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PathTextTest {

    @Test
    void of_pathThatNoSystemHas_saysWhy() {
        assertThat(PathText.of("a/b.png")).isEqualTo(Path.of("a", "b.png"));
        assertThatThrownBy(() -> PathText.of("a\0b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(List.of("must be", "but was a").toArray(String[]::new));
    }
}
