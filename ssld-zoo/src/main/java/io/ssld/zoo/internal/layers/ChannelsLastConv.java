package io.ssld.zoo.internal.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Optional;

/**
 * A convolution that hands its input to the engine with the channels of a pixel side by side, where
 * the engine would otherwise compute on memory that it never wrote.
 *
 * <p>On the CPU the engine (oneDNN 3.7.1 in PyTorch 2.7.1) copies images of the usual layout into
 * blocks of 16 channels. If the channels of the input, or in the backward pass those of the output,
 * are no multiple of 16, it leaves the rest of the last block as it was and multiplies it by
 * weights of zero. That gives zero unless a NaN or an infinity lies there from whatever had the
 * memory before (four bytes of a white pixel are a NaN): then the results of the pass are NaN. Not
 * concerned are convolutions of single pixels (see {@link PixelConv} for those), of each channel on
 * its own, images of few channels unless they need a gradient, and images whose channels lie side
 * by side.
 *
 * <p>Only the order in memory changes, and an array that has this order is not copied.
 */
final class ChannelsLastConv extends ScriptedConv {

    private static final int BLOCK = 16;

    /** Up to here an input is an image, which the forward pass does not copy into blocks. */
    private static final int IMAGE_CHANNELS = 4;

    /** Creates the convolution of a builder. */
    ChannelsLastConv(Builder builder) {
        super(builder, false);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray input = inputs.singletonOrThrow();
        Optional<NDArray> half = inHalf(store, input, training);
        if (half.isPresent()) {
            return new NDList(half.get());
        }
        if (!padsBlocks(input)) {
            return super.forwardInternal(store, inputs, training, params);
        }
        try (NDArray pixels = input.transpose(0, 2, 3, 1);
                // Through one axis, as the engine then writes the numbers in order, once.
                NDArray numbers = pixels.reshape(-1);
                NDArray ordered = numbers.reshape(pixels.getShape());
                NDArray image = ordered.transpose(0, 3, 1, 2)) {
            return super.forwardInternal(store, new NDList(image), training, params);
        }
    }

    private boolean padsBlocks(NDArray input) {
        long channels = input.getShape().get(1);
        boolean mixesPixels =
                groups == 1 && !kernelShape.equals(new Shape(1, 1)) && !input.getDevice().isGpu();
        boolean fullBlocks = channels % BLOCK == 0 && filters % BLOCK == 0;
        return mixesPixels && !fullBlocks && (channels > IMAGE_CHANNELS || input.hasGradient());
    }
}
