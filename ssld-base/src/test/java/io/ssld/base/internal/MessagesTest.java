package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessagesTest {

    @Test
    void limited_longText_cutAndRestCounted() {
        String text = "x".repeat(11_000);
        String limited = Messages.limited(text);
        assertThat(limited).hasSizeLessThanOrEqualTo(Messages.MAX_LENGTH);
        assertThat(limited).endsWith("x... (9040 more characters)");
        assertThat(Messages.limited("short")).isEqualTo("short");
        assertThat(Messages.limited("x".repeat(Messages.MAX_LENGTH)))
                .isEqualTo("x".repeat(Messages.MAX_LENGTH));
    }

    @Test
    void limited_cutWithinASurrogatePair_pairStaysWhole() {
        String limited = Messages.limited("\uD83D\uDE00".repeat(3000));
        assertThat(limited.substring(0, limited.indexOf("...")).length() % 2).isZero();
        String odd = Messages.limited("x" + "\uD83D\uDE00".repeat(3000));
        assertThat(odd.substring(1, odd.indexOf("...")).length() % 2).isZero();
    }

    @Test
    void list_manyItems_firstOnesAndACount() {
        List<Integer> items = IntStream.range(0, 1000).boxed().toList();
        assertThat(Messages.list(items)).startsWith("0, 1, 2, ").endsWith(" and 898 more");
        assertThat(Messages.list(List.of("a", "b"))).isEqualTo("a, b");
        assertThat(Messages.list(List.of())).isEmpty();
    }
}
