package io.ssld.selection.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.ssld.base.internal.CounterRandom;
import io.ssld.selection.duplicates.VectorIndex.Nearest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against comparing all with all in Java. */
class VectorIndexTest {

    private static List<float[]> vectors(int count, int length, long seed) {
        CounterRandom random = CounterRandom.of(seed);
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] v = new byte[length];
            for (int k = 0; k < length; k++) {
                v[k] = (byte) (random.nextInt(255) - 127);
            }
            vectors.add(Vectors.unit(v));
        }
        return vectors;
    }

    @Test
    void nearest_overSeveralBlocks_isThatOfComparingAll() {
        // One full block and a rest; more queries than fit one product.
        List<float[]> held = vectors(VectorIndex.ROWS + 300, 8, 1);
        List<float[]> queries = vectors(VectorIndex.QUERIES + 5, 8, 2);
        try (NDManager manager = NDManager.newBaseManager();
                VectorIndex index = new VectorIndex(manager, 8)) {
            held.forEach(index::add);
            List<Nearest> found = index.nearest(queries, 5);
            assertThat(found).hasSize(queries.size());
            for (int q = 0; q < queries.size(); q += 37) {
                float[] query = queries.get(q);
                int[] expected =
                        IntStream.range(0, held.size())
                                .boxed()
                                .sorted(
                                        Comparator.comparingDouble(
                                                i -> -Vectors.dot(query, held.get(i))))
                                .limit(5)
                                .mapToInt(i -> i)
                                .toArray();
                assertThat(found.get(q).ids()).containsExactly(expected);
                assertThat((double) found.get(q).scores()[0])
                        .isCloseTo(
                                Vectors.dot(query, held.get(expected[0])),
                                org.assertj.core.api.Assertions.within(1e-5));
            }
        }
    }

    @Test
    void nearest_ofFewerThanAskedFor_returnsAll_andFirstAddedFirst() {
        List<float[]> one = vectors(1, 8, 3);
        try (NDManager manager = NDManager.newBaseManager();
                VectorIndex index = new VectorIndex(manager, 8)) {
            index.add(one.get(0));
            index.add(one.get(0));
            Nearest found = index.nearest(one, 10).get(0);
            assertThat(found.ids()).containsExactly(0, 1);
            assertThat(index.size()).isEqualTo(2);
        }
    }
}
