package io.ssld.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParameterNamesTest {

    @Test
    void of_distinctChildren_pathsWithoutNumbers() {
        Block net = new SequentialBlock().add(BatchNorm.builder().build()).add(linear());
        assertThat(ParameterNames.of(net).keySet())
                .containsExactly(
                        "BatchNorm.gamma",
                        "BatchNorm.beta",
                        "BatchNorm.runningMean",
                        "BatchNorm.runningVar",
                        "Linear.weight",
                        "Linear.bias");
    }

    @Test
    void of_childrenOfOneName_numbersKept() {
        Block inner = new SequentialBlock().add(BatchNorm.builder().build());
        Block twice = new SequentialBlock().add(linear()).add(inner).add(linear());
        assertThat(ParameterNames.of(twice).keySet())
                .startsWith("01Linear.weight", "01Linear.bias", "02SequentialBlock.BatchNorm.gamma")
                .endsWith("03Linear.weight", "03Linear.bias");
    }

    @Test
    void of_childrenCalledByDigits_onlyTheNumberLeftOut() {
        Block block = new Named("0", "12x", "03");
        assertThat(ParameterNames.of(block).keySet())
                .containsExactly(
                        "0.weight", "0.bias", "12x.weight", "12x.bias", "03.weight", "03.bias");
    }

    @Test
    void of_moreThan99Children_threeDigitsLeftOut() {
        String[] names = IntStream.range(0, 120).mapToObj(i -> "c" + i).toArray(String[]::new);
        assertThat(ParameterNames.of(new Named(names)).keySet())
                .contains("c0.weight", "c98.weight", "c99.weight", "c119.weight");
    }

    @Test
    void of_dotInAName_ambiguityRefused() {
        Block block = new SequentialBlock().add(new Named("a", "a.b"));
        assertThat(ParameterNames.of(block)).containsKey("Named.a.b.weight");

        Named twice = new Named("a.b");
        twice.add("a", new Named("b"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParameterNames.of(twice))
                .withMessage("parameter names must be unique, but two were a.b.weight");
    }

    private static Linear linear() {
        return Linear.builder().setUnits(2).build();
    }

    /** Children under the given names; never computes. */
    private static final class Named extends AbstractBlock {

        Named(String... names) {
            for (String name : names) {
                addChildBlock(name, linear());
            }
        }

        void add(String name, Block child) {
            addChildBlock(name, child);
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore parameters,
                NDList inputs,
                boolean training,
                PairList<String, Object> params) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            throw new UnsupportedOperationException();
        }
    }
}
