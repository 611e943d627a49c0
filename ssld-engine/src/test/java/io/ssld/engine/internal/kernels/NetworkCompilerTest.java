package io.ssld.engine.internal.kernels;

import static io.ssld.engine.internal.kernels.Pieces.conv;
import static io.ssld.engine.internal.kernels.Pieces.initialized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.kernels.Pieces.Net;
import io.ssld.engine.internal.kernels.Pieces.Several;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of DJL's blocks and of blocks that nobody can write, against their own answers. */
class NetworkCompilerTest {

    private static final Shape IMAGES = new Shape(3, 3, 8, 8);
    private static final Shape ROWS = new Shape(6, 7);
    private static final String LAMBDA = LambdaBlock.class.getName();

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private NDArray input(Shape shape) {
        manager.getEngine().setRandomSeed(11);
        return manager.randomNormal(shape);
    }

    private NDArray answer(Block block, NDArray x) {
        return block.forward(new ParameterStore(manager, false), new NDList(x), false).head();
    }

    private CompiledFunction compiled(Block block, Precision precision) {
        NetworkCompiler compiler = new NetworkCompiler(Kernels.of(manager.getEngine()), precision);
        try (NDManager scratch = manager.newSubManager()) {
            return compiler.compile(block, scratch);
        }
    }

    /** In units of the largest number; asked twice, as arrays must last. */
    private float difference(CompiledFunction function, NDArray x, NDArray expected) {
        NDArray first = function.run(x).duplicate();
        NDArray second = function.run(x).duplicate();
        assertThat(second).isEqualTo(first);
        assertThat(first.getShape()).isEqualTo(expected.getShape());
        return first.sub(expected).abs().max().getFloat() / expected.abs().max().getFloat();
    }

    /** Compiles in float32 and returns the cuts. */
    private List<String> requireEqual(Block block, Shape shape) {
        initialized(block, manager, shape);
        NDArray x = input(shape);
        NDArray before = x.duplicate();
        NDArray expected = answer(block, x);
        try (CompiledFunction function = compiled(block, Precision.FLOAT32)) {
            assertThat(difference(function, x, expected)).isLessThan(1e-5f);
            assertThat(x).isEqualTo(before);
            return function.cuts();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void compile_smallCnn_logitsOfTheNetwork(boolean fused) {
        Block network = initialized(Pieces.cnn(), manager, IMAGES);
        NDArray x = input(IMAGES);
        NDArray expected = answer(network, x);
        ConvolutionScript convolutions =
                fused ? new FusedConvolutionScript() : new PlainConvolutionScript();
        try (CompiledFunction function = compiled(network, Precision.FLOAT32, convolutions)) {
            assertThat(difference(function, x, expected)).isLessThan(1e-5f);
            assertThat(function.cuts())
                    .containsExactly(LAMBDA + " maxPool2d", ParallelBlock.class.getName());
        }
        if (fused && !Processor.takesBfloat16()) {
            // What the engine refuses, and the compiler therefore does not ask for.
            assertThatThrownBy(
                            () -> compiled(network, Precision.BFLOAT16, convolutions).run(x).size())
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("bf16 path needs the cpu support");
            return;
        }
        try (CompiledFunction function = compiled(network, Precision.BFLOAT16, convolutions)) {
            assertThat(difference(function, x, expected)).isBetween(1e-5f, 5e-2f);
        }
    }

    /** oneDNN's own operations are replaced for bfloat16 alone, and on such a processor alone. */
    @Test
    void convolutions_processorWithoutBfloat16_theUsualOnes() {
        Device cpu = Device.cpu();
        Kernels kernels =
                (Kernels)
                        Proxy.newProxyInstance(
                                Kernels.class.getClassLoader(),
                                new Class<?>[] {Kernels.class},
                                (proxy, method, arguments) ->
                                        method.getName().equals("hasFusedConvolutions"));
        NetworkCompiler half = new NetworkCompiler(kernels, Precision.BFLOAT16);
        assertThat(half.convolutions(cpu, false)).isInstanceOf(PlainConvolutionScript.class);
        assertThat(half.convolutions(cpu, true)).isInstanceOf(FusedConvolutionScript.class);
        NetworkCompiler wide = new NetworkCompiler(kernels, Precision.FLOAT32);
        assertThat(wide.convolutions(cpu, false)).isInstanceOf(FusedConvolutionScript.class);
    }

    /** A number in other digits is no script, and the network would fall apart into cuts. */
    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa-IR", "bn-BD"})
    void compile_localeWithItsOwnDigits_sameCuts(String tag) {
        List<String> cuts = requireEqual(Pieces.cnn(), IMAGES);
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(tag));
        try {
            assertThat(requireEqual(Pieces.cnn(), IMAGES)).isEqualTo(cuts);
            NDArray x = input(IMAGES);
            Block network = initialized(Pieces.cnn(), manager, IMAGES);
            NDArray expected = answer(network, x);
            try (CompiledFunction function =
                    compiled(network, Precision.FLOAT32, new PlainConvolutionScript())) {
                assertThat(difference(function, x, expected)).isLessThan(1e-5f);
                assertThat(function.cuts()).isEqualTo(cuts);
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    private CompiledFunction compiled(
            Block block, Precision precision, ConvolutionScript convolutions) {
        try (NDManager scratch = manager.newSubManager()) {
            return new NetworkCompiler(Kernels.of(manager.getEngine()), precision)
                    .compile(
                            block,
                            scratch,
                            owner -> new ParameterStore(owner, false),
                            convolutions);
        }
    }

    /** What a GPU runs, on the CPU, with widths that it computes right in that layout. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void compile_scriptForGpu_logitsOfTheNetwork(Precision precision) {
        Block network =
                new SequentialBlock()
                        .add(conv(32, 3).optStride(new Shape(2, 2)).build())
                        .add(BatchNorm.builder().build())
                        .add(Activation::relu)
                        .add(conv(32, 3).optGroups(32).optBias(false).build())
                        .add(Pieces.parallel(32, answers -> answers.get(0).add(answers.get(1))))
                        .add(conv(16, 1).build())
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(5).build());
        initialized(network, manager, IMAGES);
        NDArray x = input(IMAGES);
        try (CompiledFunction function = compiled(network, precision, new GpuConvolutionScript())) {
            float difference = difference(function, x, answer(network, x));
            switch (precision) {
                case FLOAT32 -> assertThat(difference).isLessThan(1e-5f);
                case FLOAT16 -> assertThat(difference).isBetween(1e-5f, 5e-3f);
                case BFLOAT16 -> assertThat(difference).isBetween(1e-3f, 5e-2f);
            }
        }
    }

    @Test
    void compile_float16OnCpu_refused() {
        Block block = initialized(conv(4, 3).build(), manager, IMAGES);
        assertThatThrownBy(() -> compiled(block, Precision.FLOAT16))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("but was FLOAT16");
    }

    static Stream<Arguments> convolutions() {
        return Stream.of(
                Arguments.of(conv(8, 3).optStride(new Shape(2, 2)), false),
                Arguments.of(conv(6, 3).optGroups(3).optBias(false), false),
                Arguments.of(conv(8, 1).optPadding(new Shape(1, 1)), false),
                Arguments.of(conv(8, 3).setKernelShape(new Shape(5, 3)), false),
                Arguments.of(conv(8, 3).optPadding(new Shape(1, 0)), true),
                Arguments.of(conv(8, 3).optStride(new Shape(1, 2)), true),
                Arguments.of(conv(8, 3).optDilation(new Shape(2, 2)), true));
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void compile_convolution_writtenOrCut(Conv2d.Builder builder, boolean cut) {
        Block block = new SequentialBlock().add(builder.build()).add(Activation::relu);
        assertThat(requireEqual(block, IMAGES))
                .isEqualTo(cut ? List.of(Conv2d.class.getName()) : List.of());
    }

    static Stream<Arguments> joins() {
        Function<NDList, NDArray> sum = list -> list.get(0).add(list.get(1));
        Function<NDList, NDArray> reluOfSum = list -> Activation.relu(sum.apply(list));
        Function<NDList, NDArray> concat = list -> list.get(0).concat(list.get(1), 1);
        Function<NDList, NDArray> others = list -> list.get(1).concat(list.get(0), 1);
        Function<NDList, NDArray> scaled = list -> sum.apply(list).mul(1.001);
        return Stream.of(
                Arguments.of(sum, false),
                Arguments.of(reluOfSum, false),
                Arguments.of(concat, false),
                Arguments.of(others, true),
                Arguments.of(scaled, true));
    }

    @ParameterizedTest
    @MethodSource("joins")
    void compile_parallel_writtenOrCut(Function<NDList, NDArray> join, boolean cut) {
        Block block =
                new SequentialBlock()
                        .add(conv(16, 3).build())
                        .add(Pieces.parallel(16, join))
                        .add(Activation::tanh);
        assertThat(requireEqual(block, IMAGES))
                .isEqualTo(cut ? List.of(ParallelBlock.class.getName()) : List.of());
    }

    /** A branch may be cut inside. */
    @Test
    void compile_parallelWithUnknownBranch_branchAnswersByItself() {
        Block block =
                new ParallelBlock(
                        lists -> new NDList(lists.get(0).head().add(lists.get(1).head())),
                        List.of(
                                Linear.builder().setUnits(7).build(),
                                new SequentialBlock().add(Pieces.twice()).add(Activation::tanh)));
        assertThat(requireEqual(block, ROWS)).containsExactly(LAMBDA);
    }

    static Stream<Arguments> norms() {
        return Stream.of(
                Arguments.of(BatchNorm.builder().optEpsilon(0.5f), new Shape(4, 3, 5, 5), false),
                Arguments.of(BatchNorm.builder().optScale(false), new Shape(4, 2, 2, 2), false),
                Arguments.of(BatchNorm.builder().optCenter(false), new Shape(4, 1, 3, 2), false),
                Arguments.of(BatchNorm.builder().optMomentum(0.1f), new Shape(4, 7), false),
                Arguments.of(BatchNorm.builder(), new Shape(4, 3, 9), false),
                Arguments.of(BatchNorm.builder().optAxis(3), new Shape(4, 3, 5, 3), true),
                Arguments.of(BatchNorm.builder().optAxis(2), new Shape(4, 2, 2, 2), true));
    }

    @ParameterizedTest
    @MethodSource("norms")
    void compile_batchNorm_writtenOrCut(BatchNorm.Builder builder, Shape shape, boolean cut) {
        Block block = new SequentialBlock().add(builder.build()).add(Activation::relu);
        assertThat(requireEqual(block, shape))
                .isEqualTo(cut ? List.of(BatchNorm.class.getName()) : List.of());
    }

    @Test
    void compile_subclassOfLinear_answersByItself() {
        Block own =
                new Linear(Linear.builder().setUnits(4)) {
                    @Override
                    protected NDList forwardInternal(
                            ParameterStore store,
                            NDList inputs,
                            boolean training,
                            PairList<String, Object> params) {
                        NDList scores = super.forwardInternal(store, inputs, training, params);
                        return new NDList(scores.head().mul(3));
                    }
                };
        Block block = new SequentialBlock().add(Activation::tanh).add(own);
        assertThat(requireEqual(block, ROWS)).containsExactly(own.getClass().getName());
    }

    @Test
    void compile_sequenceWithIntermediates_answersByItself() {
        SequentialBlock inner =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(4).build())
                        .add(Activation::relu);
        inner.setReturnIntermediate(true);
        Block block =
                new SequentialBlock()
                        .add(Activation::tanh)
                        .add(inner)
                        .add(list -> new NDList(list.get(0).mul(2).add(list.get(1))));
        assertThat(requireEqual(block, ROWS))
                .containsExactly(SequentialBlock.class.getName(), LAMBDA);
    }

    /** The first part of a network, the last, and two that follow one another. */
    @Test
    void compile_cutsAtBothEnds_logitsOfTheNetwork() {
        Block block =
                new SequentialBlock()
                        .add(Pieces.twice())
                        .add(Linear.builder().setUnits(4).build())
                        .add(Pieces.twice())
                        .add(Pieces.twice());
        assertThat(requireEqual(block, ROWS)).hasSize(3);
        NDArray x = input(ROWS);
        try (CompiledFunction half = compiled(block, Precision.BFLOAT16)) {
            // A linear layer is of 32 bits, and so is what blocks in Java hand to one another.
            assertThat(difference(half, x, answer(block, x))).isLessThan(1e-6f);
        }
    }

    /** The flattened argument lies in the argument's memory, which an activation is to leave. */
    @Test
    void compile_activationOfFlattened_argumentAsItWas() {
        Block block =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(Activation.reluBlock())
                        .add(Linear.builder().setUnits(3).build());
        assertThat(requireEqual(block, IMAGES)).isEmpty();
    }

    @Test
    void compile_nothingWritten_refused() {
        Block block = new SequentialBlock().add(Pieces.twice()).add(new Several(1, 1));
        initialized(block, manager, ROWS);
        for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
            assertThatThrownBy(() -> compiled(block, precision))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("must have a block that can be written")
                    .hasMessageContaining(Several.class.getName());
        }
    }

    @Test
    void compile_plainKernels_refused() {
        Block block = initialized(Linear.builder().setUnits(2).build(), manager, ROWS);
        NetworkCompiler plain = new NetworkCompiler(Kernels.plain(), Precision.FLOAT32);
        assertThatThrownBy(() -> plain.compile(block, manager))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("plain kernels");
    }

    @Test
    void compile_float64_answersByItself() {
        Block block = Linear.builder().setUnits(2).build();
        block.initialize(manager, DataType.FLOAT64, ROWS);
        block.freezeParameters(true);
        assertThatThrownBy(() -> compiled(block, Precision.FLOAT32))
                .hasMessageContaining("each answers by itself: " + Linear.class.getName());
    }

    /** Values from before a cut, parts of one among them, are used twice after it. */
    @Test
    void compile_valuesAcrossCuts_logitsOfTheNetwork() {
        Net net =
                new Net() {
                    private final Block conv = child(conv(8, 3).build());
                    private final Several several = child(new Several(3, 3));

                    @Override
                    NDList answer(ParameterStore store, NDList inputs) {
                        NDArray y = conv.forward(store, inputs, false).head();
                        NDList parts = y.split(2, 1);
                        NDList cut = several.forward(store, new NDList(parts.get(1)), false);
                        NDArray sum = cut.get(0).add(cut.get(2)).add(parts.get(0));
                        NDArray joined = sum.concat(parts.get(1), 1);
                        NDArray total = Activation.relu(joined.add(y));
                        return new NDList(total.add(inputs.head().mean(new int[] {1}, true)));
                    }

                    @Override
                    public List<ScriptValue> script(ScriptWriter writer, List<ScriptValue> inputs) {
                        ScriptValue y = writer.apply(conv, inputs).get(0);
                        List<ScriptValue> parts = writer.split(y, 2);
                        List<ScriptValue> cut = writer.apply(several, List.of(parts.get(1)));
                        ScriptValue sum =
                                writer.add(writer.add(cut.get(0), cut.get(2)), parts.get(0));
                        ScriptValue joined = writer.concat(List.of(sum, parts.get(1)));
                        ScriptValue total =
                                writer.activation("torch.relu", "", writer.add(joined, y));
                        ScriptValue mean = writer.call("torch.mean(%s, [1], True)", inputs.get(0));
                        return List.of(writer.add(total, mean));
                    }
                };
        assertThat(requireEqual(net, IMAGES)).containsExactly(Several.class.getName());
        NDArray x = input(IMAGES);
        try (CompiledFunction half = compiled(net, Precision.BFLOAT16)) {
            assertThat(difference(half, x, answer(net, x))).isBetween(1e-5f, 5e-2f);
        }
    }

    /** What was written of a block is taken back, as are the names it gave to its inputs. */
    @Test
    void compile_scriptThatFails_blockAnswersByItself() {
        Net failing =
                new Net() {
                    private final Block linear = child(Linear.builder().setUnits(7).build());
                    private final Block twice = child(Pieces.twice());

                    @Override
                    NDList answer(ParameterStore store, NDList inputs) {
                        return twice.forward(store, linear.forward(store, inputs, false), false);
                    }

                    @Override
                    public List<ScriptValue> script(ScriptWriter writer, List<ScriptValue> inputs) {
                        writer.call("torch.neg(%s)", inputs.get(0)).name(writer);
                        writer.apply(twice, writer.apply(linear, inputs));
                        throw new UnsupportedOperationException("no script");
                    }
                };
        Block block =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(7).build())
                        .add(Activation::relu)
                        .add(failing)
                        .add(Linear.builder().setUnits(3).build());
        assertThat(requireEqual(block, ROWS)).containsExactly(failing.getClass().getName());
    }

    @Test
    void compile_blockThatTellsNoShapes_oneOutput() {
        Net net =
                new Net() {
                    private final Block linear = child(Linear.builder().setUnits(7).build());
                    private final Block silent = child(new Several(0, 1));

                    @Override
                    NDList answer(ParameterStore store, NDList inputs) {
                        return silent.forward(store, linear.forward(store, inputs, false), false);
                    }

                    @Override
                    public List<ScriptValue> script(ScriptWriter writer, List<ScriptValue> inputs) {
                        return writer.apply(silent, writer.apply(linear, inputs));
                    }
                };
        assertThat(requireEqual(net, ROWS)).containsExactly(Several.class.getName());
    }

    @Test
    void run_fewerOutputsThanTold_refused() {
        Block block =
                new SequentialBlock()
                        .add(Activation::tanh)
                        .add(new Several(2, 1))
                        .add(list -> new NDList(list.head()));
        initialized(block, manager, ROWS);
        try (CompiledFunction function = compiled(block, Precision.FLOAT32)) {
            assertThatThrownBy(() -> function.run(input(ROWS)))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("must give 2 outputs")
                    .hasMessageContaining(Several.class.getName());
        }
    }

    /** The engine's 1x1 convolution of 40 filters is wrong with the channels side by side. */
    @Test
    void run_ownConvolutionAfterCompiled_usualLayout() {
        Shape shape = new Shape(16, 16, 4, 4);
        Block block =
                new SequentialBlock()
                        .add(conv(16, 3).build())
                        .add(
                                new ParallelBlock(
                                        lists -> new NDList(lists.get(0).head().mul(2)),
                                        List.of(conv(40, 1).build())));
        assertThat(requireEqual(block, shape)).hasSize(1);
    }

    /** As in the network itself, where all layers have the layout of the first one's input. */
    @Test
    void run_blockWithWeights_layoutOfTheInput() {
        String source =
                """
                def prepare(self: __torch__.M, c: List[Tensor]) -> List[Tensor]:
                  return c
                def usual(self: __torch__.M, a: List[Tensor], c: List[Tensor]) -> List[Tensor]:
                  if torch.is_contiguous(a[0]):
                    r = torch.ones_like(c[0])
                  else:
                    r = torch.zeros_like(c[0])
                  return [r]
                """;
        List<Float> usual = new ArrayList<>();
        try (CompiledModule layout =
                Kernels.of(manager.getEngine())
                        .compile(source, new NDList(manager.create(1f)))
                        .orElseThrow()) {
            Block seeing =
                    new ParallelBlock(
                            lists -> new NDList(lists.get(0).head().mul(2)),
                            List.of(
                                    LambdaBlock.singleton(
                                            x -> {
                                                NDList told =
                                                        layout.call(
                                                                "usual",
                                                                new NDList(x),
                                                                x.getManager());
                                                usual.add(told.head().getFloat());
                                                return x;
                                            }),
                                    conv(16, 3).build()));
            Block block = new SequentialBlock().add(conv(16, 3).build()).add(seeing);
            initialized(block, manager, IMAGES);
            try (CompiledFunction function = compiled(block, Precision.FLOAT32)) {
                NDArray x = input(IMAGES);
                NDArray together =
                        x.transpose(0, 2, 3, 1)
                                .reshape(-1)
                                .reshape(3, 8, 8, 3)
                                .transpose(0, 3, 1, 2);
                usual.clear();
                function.run(x);
                function.run(together);
                assertThat(usual).containsExactly(1f, 0f);
            }
        }
    }

    @Test
    void run_result_onlyArrayLeft() {
        Block network = initialized(Pieces.cnn(), manager, IMAGES);
        try (CompiledFunction function = compiled(network, Precision.BFLOAT16);
                NDManager batch = manager.newSubManager()) {
            NDArray x = batch.ones(IMAGES);
            int before = batch.getManagedArrays().size();
            NDArray logits = function.run(x);
            assertThat(logits.getManager()).isSameAs(batch);
            assertThat(batch.getManagedArrays()).hasSize(before + 1);
        }
    }

    /** A block sees what is still needed on the run's manager: its input and the view it gets. */
    @Test
    void run_severalCuts_arraysFreedOnTheWay() {
        List<Integer> alive = new ArrayList<>();
        Block counting =
                LambdaBlock.singleton(
                        x -> {
                            NDManager run = x.getManager().getParentManager();
                            alive.add(run.getManagedArrays().size());
                            return x.mul(2);
                        });
        SequentialBlock block = new SequentialBlock();
        for (int i = 0; i < 4; i++) {
            block.add(Linear.builder().setUnits(5).build()).add(counting);
        }
        initialized(block, manager, ROWS);
        try (CompiledFunction function = compiled(block, Precision.FLOAT32)) {
            assertThat(function.cuts()).hasSize(4);
            alive.clear();
            function.run(input(ROWS));
            assertThat(alive).containsExactly(2, 2, 2, 2);
        }
    }

    @Test
    void compile_network_leavesNothingOnItsManager() {
        Block network = initialized(Pieces.cnn(), manager, IMAGES);
        int before = manager.getManagedArrays().size();
        try (CompiledFunction function = compiled(network, Precision.FLOAT32)) {
            assertThat(function.cuts()).hasSize(2);
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void run_otherStore_itsArrays() {
        Block block =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(4).optBias(false).build())
                        .add(new Several(1, 2))
                        .add(list -> new NDList(list.head()));
        initialized(block, manager, ROWS);
        NDArray x = input(ROWS);
        NDArray expected = answer(block, x).mul(2);
        try (CompiledFunction function =
                new NetworkCompiler(Kernels.of(manager.getEngine()), Precision.FLOAT32)
                        .compile(
                                block,
                                manager,
                                owner ->
                                        new ParameterStore(owner, false) {
                                            @Override
                                            public NDArray getValue(
                                                    ai.djl.nn.Parameter parameter,
                                                    ai.djl.Device device,
                                                    boolean training) {
                                                NDArray twice = parameter.getArray().mul(2);
                                                twice.attach(owner);
                                                return twice;
                                            }
                                        })) {
            assertThat(difference(function, x, expected)).isLessThan(1e-6f);
        }
    }
}
