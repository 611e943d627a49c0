package io.ssld.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.base.internal.CounterRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table against the library's. */
class DigestSetTest {

    @Test
    void addRemove_manyTimes_areThoseOfASet() {
        CounterRandom random = CounterRandom.of(3);
        DigestSet digests = new DigestSet();
        Set<Long> expected = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            // Few numbers, so that many are there already, 0 and negative ones among them.
            long digest = (random.nextInt(900) - 300) * 0x100000001L;
            if (random.nextInt(2) == 0) {
                digests.add(digest);
                expected.add(digest);
            } else {
                digests.remove(digest);
                expected.remove(digest);
            }
            long other = (random.nextInt(900) - 300) * 0x100000001L;
            assertThat(digests.contains(other)).isEqualTo(expected.contains(other));
        }
    }
}
