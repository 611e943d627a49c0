package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CounterRandomTest {

    @Test
    void of_sameKey_givesSameNumbers() {
        assertThat(CounterRandom.of(1, 2).nextLong()).isEqualTo(CounterRandom.of(1, 2).nextLong());
        assertThat(CounterRandom.of(1, 2).nextLong())
                .isNotEqualTo(CounterRandom.of(2, 1).nextLong());
        assertThat(CounterRandom.of(0).nextLong()).isNotEqualTo(CounterRandom.of(0, 0).nextLong());
    }

    @Test
    void nextDouble_neighbouringKeys_areUniform() {
        double mean =
                IntStream.range(0, 20_000)
                        .mapToDouble(i -> CounterRandom.of(i).nextDouble())
                        .average()
                        .orElseThrow();
        assertThat(mean).isCloseTo(0.5, within(0.008));
        CounterRandom random = CounterRandom.of(5);
        assertThat(DoubleStream.generate(() -> random.nextDouble(2, 3)).limit(1000))
                .allMatch(x -> x >= 2 && x < 3);
        assertThat(random.nextDouble(4, 4)).isEqualTo(4);
    }

    @Test
    void permutation_holdsEachNumberOnce_andReachesEveryOrder() {
        int[] order = CounterRandom.of(3).permutation(100);
        assertThat(Arrays.stream(order).sorted())
                .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
        assertThat(
                        IntStream.range(0, 500)
                                .mapToObj(i -> Arrays.toString(CounterRandom.of(i).permutation(3)))
                                .distinct())
                .hasSize(6);
        assertThat(CounterRandom.of(3).permutation(0)).isEmpty();
    }
}
