package io.ssld.zoo.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.ssld.engine.internal.kernels.Fenced;
import io.ssld.images.internal.Pixels;
import io.ssld.zoo.Preprocessing;
import io.ssld.zoo.internal.ImagePreparer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A network that takes pixels as well as prepared images.
 *
 * <p>DJL looks at the {@code translatorFactory} of a {@code serving.properties} when it translates
 * from {@code Input} to {@code Output}, as DJL Serving does. From {@code Image} to {@code
 * Classifications} it takes its own translator whatever the file says, and that one scales as
 * neither OpenCV nor Pillow does. So the properties tell that translator to leave the pixels alone,
 * and they are prepared here.
 *
 * <p>Input: prepared images, {@code (N, 3, H, W)} in float32; or pixels, {@code (H, W, 3)} or
 * {@code (N, H, W, 3)} in uint8 and of any size. Output: logits, {@code (N, classes)}, of a single
 * image of pixels {@code (classes)}.
 */
final class PixelBlock extends AbstractBlock implements Fenced {

    private static final byte VERSION = 1;

    private final Block network;
    private final Preprocessing preprocessing;

    /** Creates the block of one of the zoo's networks. */
    PixelBlock(Block network, Preprocessing preprocessing) {
        super(VERSION);
        this.network = addChildBlock("network", network);
        this.preprocessing = preprocessing;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDArray input = inputs.singletonOrThrow();
        if (input.getDataType() != DataType.UINT8) {
            return network.forward(parameterStore, inputs, training, params);
        }
        NDList prepared = new NDList(prepared(input));
        NDArray logits =
                network.forward(parameterStore, prepared, training, params).singletonOrThrow();
        return new NDList(input.getShape().dimension() == 3 ? logits.squeeze(0) : logits);
    }

    private NDArray prepared(NDArray input) {
        Shape shape = input.getShape();
        int rank = shape.dimension();
        if (rank < 3 || rank > 4 || shape.get(rank - 1) != Pixels.CHANNELS) {
            throw new IllegalArgumentException(
                    "pixels must be (H, W, 3) or (N, H, W, 3), but were " + shape);
        }
        int count = rank == 3 ? 1 : Math.toIntExact(shape.get(0));
        int height = Math.toIntExact(shape.get(rank - 3));
        int width = Math.toIntExact(shape.get(rank - 2));
        byte[] bytes = input.toByteArray();
        int size = bytes.length / count;
        int side = preprocessing.crop();
        float[] values = new float[count * Pixels.CHANNELS * side * side];
        for (int i = 0; i < count; i++) {
            byte[] image = Arrays.copyOfRange(bytes, i * size, (i + 1) * size);
            float[] one = ImagePreparer.prepare(preprocessing, new Pixels(width, height, image));
            System.arraycopy(one, 0, values, i * one.length, one.length);
        }
        NDManager manager = input.getManager();
        return manager.create(values, new Shape(count, Pixels.CHANNELS, side, side));
    }

    /** The output of prepared images; those of pixels depend on the preprocessing too. */
    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return network.getOutputShapes(inputShapes);
    }
}
