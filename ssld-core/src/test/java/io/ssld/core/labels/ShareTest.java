package io.ssld.core.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shares of a recording: nearly equal, without gaps. */
class ShareTest {

    @ParameterizedTest
    @CsvSource({
        "120, 3, 32",
        "1, 3, 64",
        "2, 3, 1",
        "7, 7, 64",
        "13, 6, 2",
        "4097, 4, 32",
        "100000, 7, 64"
    })
    void fromTo_anyNumberOfImages_shareThemNearlyEquallyWithoutGaps(int images, int of, int group) {
        int before = 0;
        int fewest = images;
        int most = 0;
        for (int i = 1; i <= of; i++) {
            Share share = new Share(i, of);
            assertThat(share.from(images, group)).isEqualTo(before);
            before = share.to(images, group);
            int size = before - share.from(images, group);
            fewest = Math.min(fewest, size);
            most = Math.max(most, size);
        }
        assertThat(before).isEqualTo(images);
        assertThat(most - fewest).isLessThanOrEqualTo(Math.max(1, images / of / 16));
    }

    @Test
    void parse_anythingElse_isRefused() {
        assertThat(Share.parse("2/3")).isEqualTo(new Share(2, 3));
        for (String wrong : new String[] {"", "2", "0/3", "4/3", "1/3/3", "-1/3", "a/b", "1/0"}) {
            assertThatThrownBy(() -> Share.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + wrong + "'");
        }
    }
}
