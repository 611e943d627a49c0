package io.ssld.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.ssld.weights.PaddleNames.Entry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PaddleNamesTest {

    private final Block block =
            new SequentialBlock()
                    .add(Linear.builder().setUnits(5).build())
                    .add(BatchNorm.builder().build());

    @Test
    void of_linearAndNorm_paddlesNamesAndShapes() {
        try (NDManager manager = NDManager.newBaseManager()) {
            block.initialize(manager, DataType.FLOAT32, new Shape(2, 3));
            Map<String, Entry> entries = PaddleNames.of(block);
            assertThat(entries.keySet())
                    .containsExactly(
                            "Linear.weight",
                            "Linear.bias",
                            "BatchNorm.weight",
                            "BatchNorm.bias",
                            "BatchNorm._mean",
                            "BatchNorm._variance");
            assertThat(entries.values())
                    .extracting(Entry::path)
                    .containsExactlyElementsOf(ParameterNames.of(block).keySet());
            assertThat(entries.values()).extracting(Entry::transposed).startsWith(true, false);
            assertThat(entries.values())
                    .extracting(Entry::shape)
                    .startsWith(new Shape(3, 5), new Shape(5), new Shape(5));
        }
    }

    @Test
    void shape_blockWithoutShapes_refused() {
        Entry entry = PaddleNames.of(block).values().iterator().next();
        assertThatIllegalStateException()
                .isThrownBy(entry::shape)
                .withMessage(
                        "block must be initialised, but Linear.weight had no shape; call initialize"
                                + " with an input shape");
    }

    @Test
    void of_sameNameTwice_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PaddleNames.of(new TwoWeights()))
                .withMessage("parameter names must be unique, but two were weight");
    }

    /** A scale, which Paddle calls weight, beside a parameter of that very name. */
    private static final class TwoWeights extends AbstractBlock {

        TwoWeights() {
            add("weight", Parameter.Type.WEIGHT);
            add("gamma", Parameter.Type.GAMMA);
        }

        private void add(String name, Parameter.Type type) {
            addParameter(Parameter.builder().setName(name).setType(type).build());
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore parameters,
                NDList inputs,
                boolean training,
                PairList<String, Object> params) {
            return inputs;
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return inputShapes;
        }
    }
}
