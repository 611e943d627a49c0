package io.ssld.zoo.internal.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Optional;

/**
 * A convolution of single pixels: kernel 1x1, stride 1, one group. It keeps away from the engine's
 * own one for images whose channels lie side by side.
 *
 * <p>On CPUs with AVX-512 that one (oneDNN 3.7.1 in PyTorch 2.7.1, batches of 16 and more) is wrong
 * by as much as its largest result for some numbers of filters that are no multiple of 16, among
 * them 40, 72 and 104, in both passes; and for some sizes, 512 to 1024 channels of 4x4 pixels among
 * them, it divides by zero and ends the process. No other layout or type is concerned.
 *
 * <p>There are two ways around it. As a product of matrices, (pixels, channels) by (channels,
 * filters), it leaves the channels side by side, which is what convolutions of each channel on its
 * own compute fastest on. For wide layers the engine's convolution of the usual layout is up to
 * twice as fast as the product, but only with full blocks of 16 channels and filters is it right
 * (see {@link ChannelsLastConv}).
 */
final class PixelConv extends ScriptedConv {

    private static final int BLOCK = 16;

    /**
     * Creates the convolution of a builder.
     *
     * @param channelsTogether whether the channels of a pixel are to stay side by side
     */
    PixelConv(Builder builder, boolean channelsTogether) {
        super(builder, channelsTogether);
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
        if (input.getDevice().isGpu()) {
            return super.forwardInternal(store, inputs, training, params);
        }
        Shape shape = input.getShape();
        boolean fullBlocks = shape.get(1) % BLOCK == 0 && filters % BLOCK == 0;
        boolean onePixel = shape.get(2) == 1 && shape.get(3) == 1;
        if (channelsTogether || onePixel || !fullBlocks) {
            return product(store, input, training);
        }
        // Through one axis, as the engine then has the usual order; no copy if it has it already.
        try (NDArray numbers = input.reshape(-1);
                NDArray image = numbers.reshape(shape)) {
            return super.forwardInternal(store, new NDList(image), training, params);
        }
    }

    private NDList product(ParameterStore store, NDArray input, boolean training) {
        Shape shape = input.getShape();
        NDArray bias =
                this.bias == null ? null : store.getValue(this.bias, input.getDevice(), training);
        try (NDArray pixels = input.transpose(0, 2, 3, 1);
                NDArray rows = pixels.reshape(-1, shape.get(1));
                NDArray matrix =
                        store.getValue(weight, input.getDevice(), training)
                                .reshape(filters, shape.get(1));
                NDArray scores = Linear.linear(rows, matrix, bias).singletonOrThrow();
                NDArray image = scores.reshape(shape.get(0), shape.get(2), shape.get(3), filters)) {
            return new NDList(image.transpose(0, 3, 1, 2));
        }
    }
}
