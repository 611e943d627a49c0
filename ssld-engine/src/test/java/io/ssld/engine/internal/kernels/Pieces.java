package io.ssld.engine.internal.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Parts of small networks, some of which no script can be written for. */
final class Pieces {

    private Pieces() {}

    /** Written, but for the pooling and the parallel part. */
    static SequentialBlock cnn() {
        return new SequentialBlock()
                .add(conv(16, 3).build())
                .add(BatchNorm.builder().optEpsilon(0.1f).build())
                .add(Activation.reluBlock())
                .add(maxPool())
                .add(difference(16))
                .add(conv(24, 3).optGroups(8).optStride(new Shape(2, 2)).optBias(false).build())
                .add(BatchNorm.builder().build())
                .add(Activation.swishBlock(1))
                .add(Dropout.builder().optRate(0.4f).build())
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(10).build())
                .add(BatchNorm.builder().build())
                .add(Activation.tanhBlock())
                .add(Linear.builder().setUnits(5).optBias(false).build());
    }

    static Conv2d.Builder conv(int filters, int size) {
        return Conv2d.builder()
                .setFilters(filters)
                .setKernelShape(new Shape(size, size))
                .optPadding(new Shape(size / 2, size / 2));
    }

    static Block maxPool() {
        return Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2));
    }

    /** relu(conv(x)) - x, which is no join that is known. */
    static Block difference(int channels) {
        return parallel(channels, answers -> answers.get(0).sub(answers.get(1)));
    }

    /** A join of relu(conv(x)) and x. */
    static Block parallel(int channels, Function<NDList, NDArray> join) {
        return new ParallelBlock(
                lists -> {
                    NDList answers = new NDList();
                    lists.forEach(answers::addAll);
                    return new NDList(join.apply(answers));
                },
                List.of(
                        new SequentialBlock().add(conv(channels, 3).build()).add(Activation::relu),
                        Blocks.identityBlock()));
    }

    static Block twice() {
        return LambdaBlock.singleton(x -> x.mul(2));
    }

    /** Gives weights and statistics values as training leaves them. */
    static <B extends Block> B initialized(B block, NDManager manager, Shape... shapes) {
        manager.getEngine().setRandomSeed(5);
        block.initialize(manager, DataType.FLOAT32, shapes);
        block.freezeParameters(true);
        for (Parameter parameter : block.getParameters().values()) {
            NDArray array = parameter.getArray();
            Shape shape = array.getShape();
            switch (parameter.getType()) {
                case GAMMA, RUNNING_VAR ->
                        array.set(manager.randomUniform(0.5f, 1.5f, shape).toFloatArray());
                case BETA, RUNNING_MEAN, BIAS ->
                        array.set(
                                manager.randomNormal(0, 0.5f, shape, DataType.FLOAT32)
                                        .toFloatArray());
                default -> {
                    // As initialised.
                }
            }
        }
        return block;
    }

    /** A block that connects others, as the zoo's do. */
    abstract static class Net extends AbstractBlock implements Scripted {

        final <B extends Block> B child(B block) {
            return addChildBlock(block.getClass().getSimpleName(), block);
        }

        abstract NDList answer(ParameterStore store, NDList inputs);

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                PairList<String, Object> params) {
            return answer(store, inputs);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return inputShapes;
        }

        @Override
        protected void initializeChildBlocks(
                NDManager manager, DataType type, Shape... inputShapes) {
            for (Block block : getChildren().values()) {
                block.initialize(manager, type, inputShapes);
            }
        }
    }

    /**
     * An own block with one weight that gives several outputs, of which the first is the input, and
     * the others are multiples of it.
     */
    static final class Several extends AbstractBlock {

        private final Parameter factor =
                addParameter(
                        Parameter.builder()
                                .setName("factor")
                                .setType(Parameter.Type.GAMMA)
                                .optShape(new Shape(1))
                                .build());
        private final int told;
        private final int given;

        Several(int told, int given) {
            this.told = told;
            this.given = given;
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                PairList<String, Object> params) {
            NDArray x = inputs.singletonOrThrow();
            NDList outputs = new NDList(x);
            for (int i = 1; i < given; i++) {
                NDArray by = store.getValue(factor, x.getDevice(), training);
                outputs.add(x.mul(by).add(i));
            }
            return outputs;
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            if (told == 0) {
                throw new UnsupportedOperationException("does not tell");
            }
            List<Shape> shapes = new ArrayList<>();
            for (int i = 0; i < told; i++) {
                shapes.add(inputShapes[0]);
            }
            return shapes.toArray(Shape[]::new);
        }
    }
}
