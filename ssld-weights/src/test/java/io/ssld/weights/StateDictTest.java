package io.ssld.weights;

import static io.ssld.weights.HostTensorTest.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.UninitializedParameterException;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StateDictTest {

    private static final Shape INPUT = new Shape(2, 3);

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void ofBlock_initialized_everyParameterAndStatisticByPath() {
        Block block = trained(net(4));
        StateDict state = StateDict.of(block);
        assertThat(state.tensors().keySet())
                .containsExactlyElementsOf(ParameterNames.of(block).keySet());
        // Means of 2.5, 3.5 and 3.5 in the batch, a tenth of which is taken over.
        assertThat(state.tensor("BatchNorm.runningMean").bytes().getFloat())
                .isCloseTo(0.15f, within(1e-6f));
    }

    @Test
    void ofBlock_uninitialized_refused() {
        assertThatThrownBy(() -> StateDict.of(net(4)))
                .isInstanceOf(UninitializedParameterException.class);
    }

    @Test
    void initialize_newBlock_sameOutputs() throws Exception {
        Block source = trained(net(4));
        Block target = net(4);
        StateDict.of(source).initialize(target, manager, INPUT);
        assertSameState(target, source);
    }

    @Test
    void initialize_mismatch_everyNameInOneMessageAndBlockReusable() throws Exception {
        StateDict good = StateDict.of(initialized(net(4)));
        Map<String, HostTensor> tensors = new LinkedHashMap<>(good.tensors());
        tensors.remove("BatchNorm.beta");
        tensors.remove("BatchNorm.runningVar");
        tensors.put("BatchNorm.num_batches_tracked", tensor(1f));
        tensors.put("Linear.bias", tensor(1f, 2f));
        tensors.put("BatchNorm.gamma", tensor(1f, 1f, 1f).toType(DataType.FLOAT16));

        Block block = net(4);
        assertThatExceptionOfType(WeightMismatchException.class)
                .isThrownBy(() -> StateDict.of(tensors).initialize(block, manager, INPUT))
                .withMessage(
                        "weights must fit the block name for name, but 2 missing: BatchNorm.beta,"
                            + " BatchNorm.runningVar; 1 unexpected: BatchNorm.num_batches_tracked;"
                            + " 2 of another shape or type: BatchNorm.gamma is float16 (3) for"
                            + " float32 (3), Linear.bias is float32 (2) for float32 (4); use the"
                            + " network the weights were made for, and StateDict.toType for its"
                            + " type");
        assertThat(block.isInitialized()).isFalse();

        good.initialize(block, manager, INPUT);
        assertThat(StateDict.of(block)).isEqualTo(good);
    }

    @Test
    void initialize_partlyInitializedBlock_everyValueInstalled() throws Exception {
        Block source = trained(net(4));
        SequentialBlock target = (SequentialBlock) net(4);
        target.getChildren().get(0).getValue().initialize(manager, DataType.FLOAT32, INPUT);
        StateDict.of(source).initialize(target, manager, INPUT);
        assertSameState(target, source);
    }

    @Test
    void initialize_failure_initializersRestored() {
        Block block = net(4);
        assertThatThrownBy(() -> StateDict.of(Map.of()).initialize(block, manager, INPUT))
                .isInstanceOf(WeightMismatchException.class);
        block.initialize(manager, DataType.FLOAT32, INPUT);
        assertThat(StateDict.of(block).tensors().get("BatchNorm.runningVar"))
                .isEqualTo(tensor(1f, 1f, 1f));
    }

    @Test
    void install_uninitializedBlock_laterInitializeKeepsWeights() throws Exception {
        Block source = trained(net(4));
        Block target = net(4);
        StateDict.of(source).install(target, manager);
        target.initialize(manager, DataType.FLOAT32, INPUT);
        assertSameState(target, source);
    }

    @Test
    void install_clearedBlock_laterInitializeKeepsWeights() throws Exception {
        Block source = trained(net(4));
        Block target = initialized(net(4));
        target.clear();
        StateDict.of(source).install(target, manager);
        target.initialize(manager, DataType.FLOAT32, INPUT);
        assertSameState(target, source);
    }

    @Test
    void install_initializedBlock_valuesIntoTheSameArrays() throws Exception {
        Block source = trained(net(4));
        Block target = initialized(net(4));
        List<NDArray> before = arrays(target);
        StateDict.of(source).install(target, manager);
        assertThat(arrays(target))
                .usingElementComparator((a, b) -> a == b ? 0 : 1)
                .containsExactlyElementsOf(before);
        assertSameState(target, source);
    }

    @Test
    void install_inAThreadThatRecordsGradients_sameState() throws Exception {
        Block source = trained(net(4));
        Block target = initialized(net(4));
        StateDict state = StateDict.of(source);
        // PyTorch's gradient mode belongs to the thread and is on in new ones.
        CompletableFuture.runAsync(
                        () ->
                                assertThatCode(() -> state.install(target, manager))
                                        .doesNotThrowAnyException(),
                        command -> new Thread(command).start())
                .join();
        assertSameState(target, source);
    }

    @Test
    void install_frozenParameter_staysFrozen() throws Exception {
        Block target = net(4);
        target.freezeParameters(true);
        StateDict.of(initialized(net(4))).install(target, manager);
        target.initialize(manager, DataType.FLOAT32, INPUT);
        assertThat(arrays(target)).noneMatch(NDArray::hasGradient);
    }

    @Test
    void install_mismatch_nothingChanged() {
        Block target = initialized(net(4));
        StateDict before = StateDict.of(target);
        Map<String, HostTensor> tensors = new HashMap<>(StateDict.of(trained(net(4))).tensors());
        tensors.remove("Linear.bias");
        assertThatThrownBy(() -> StateDict.of(tensors).install(target, manager))
                .isInstanceOf(WeightMismatchException.class);
        assertThat(StateDict.of(target)).isEqualTo(before);
    }

    @Test
    void install_halfPrecision_onlyAfterToType() throws Exception {
        Block target = initialized(net(4));
        StateDict halves = StateDict.of(trained(net(4))).toType(DataType.FLOAT16);
        assertThatThrownBy(() -> halves.install(target, manager))
                .isInstanceOf(WeightMismatchException.class)
                .hasMessageContaining("Linear.weight is float16 (4, 3) for float32 (4, 3)");
        halves.toType(DataType.FLOAT32).install(target, manager);
        assertThat(StateDict.of(target).toType(DataType.FLOAT16)).isEqualTo(halves);
    }

    @Test
    void of_map_copiedAndUnmodifiable() {
        Map<String, HostTensor> tensors = new LinkedHashMap<>(Map.of("a", tensor(1f)));
        StateDict state = StateDict.of(tensors);
        tensors.clear();
        assertThat(state.tensors()).containsOnlyKeys("a");
        assertThatThrownBy(() -> state.tensors().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    /** Outputs, gradients and what requires a gradient are those of a block never copied. */
    private void assertSameState(Block actual, Block expected) {
        assertThat(StateDict.of(actual)).isEqualTo(StateDict.of(expected));
        assertThat(gradients(actual)).isEqualTo(gradients(expected));
        for (Parameter parameter : ParameterNames.of(actual).values()) {
            boolean statistic = parameter.getName().startsWith("running");
            assertThat(parameter.getArray().hasGradient())
                    .as(parameter.getName())
                    .isEqualTo(!statistic);
        }
    }

    private Map<String, HostTensor> gradients(Block block) {
        Map<String, HostTensor> gradients = new LinkedHashMap<>();
        NDArray input = manager.create(new float[] {1, 2, 3, -1, 0, 5}, INPUT);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray output = forward(block, input, false);
            collector.backward(output.square().sum());
        }
        ParameterNames.of(block)
                .forEach(
                        (name, parameter) -> {
                            if (parameter.requiresGradient()) {
                                NDArray gradient = parameter.getArray().getGradient();
                                gradients.put(name, HostTensor.of(gradient));
                            }
                        });
        return gradients;
    }

    /** Has running statistics other than the first ones. */
    private Block trained(Block block) {
        NDArray input = manager.create(new float[] {1, 7, 3, 2, 0, 4}, INPUT);
        forward(initialized(block), input, true);
        return block;
    }

    private Block initialized(Block block) {
        block.initialize(manager, DataType.FLOAT32, INPUT);
        return block;
    }

    private NDArray forward(Block block, NDArray input, boolean training) {
        ParameterStore parameters = new ParameterStore(manager, false);
        return block.forward(parameters, new NDList(input), training).singletonOrThrow();
    }

    private static List<NDArray> arrays(Block block) {
        return ParameterNames.of(block).values().stream().map(Parameter::getArray).toList();
    }

    private static Block net(int units) {
        return new SequentialBlock().add(BatchNorm.builder().build()).add(linear(units));
    }

    private static Block linear(int units) {
        return Linear.builder().setUnits(units).build();
    }
}
