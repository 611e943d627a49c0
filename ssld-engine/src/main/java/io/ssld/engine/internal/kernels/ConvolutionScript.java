package io.ssld.engine.internal.kernels;

import ai.djl.ndarray.NDArray;
import java.util.Locale;

/** A way to write convolutions. */
interface ConvolutionScript {

    /** The number of the memory format in which the channels of a pixel lie side by side. */
    int CHANNELS_LAST = 2;

    /** Up to here an input is an image, which the engine does not copy into blocks of channels. */
    int IMAGE_CHANNELS = 4;

    /**
     * Returns whether a function can be part of a convolution that is not written yet.
     *
     * @param conv the convolution
     * @param function such as {@code torch.relu}
     * @return whether {@link #expression} takes the convolution with this activation
     */
    boolean absorbs(ScriptValue.Convolution conv, String function);

    /**
     * Returns an expression with a result of its own.
     *
     * @param conv what to compute
     * @param writer where inputs and constants get their names
     * @return the expression
     */
    String expression(ScriptValue.Convolution conv, ScriptWriter writer);

    /** The engine's own convolution, which finds its way by itself. */
    static String conv2d(
            String input, String kernel, String offset, ScriptValue.Geometry geometry) {
        return String.format(
                Locale.ROOT,
                "torch.conv2d(%s, %s, %s, [%4$d, %4$d], [%5$d, %5$d], [1, 1], %6$d)",
                input,
                kernel,
                offset,
                geometry.stride(),
                geometry.padding(),
                geometry.groups());
    }

    /** The offsets of the filters, if there are some. */
    static String offset(ScriptValue.Convolution conv, ScriptWriter writer, boolean narrow) {
        NDArray bias = conv.bias();
        return bias == null ? "None" : writer.constant(bias, narrow);
    }

    /** The pixels that a convolution of single pixels sees, channels last. */
    static String pixels(ScriptValue.Convolution conv, ScriptWriter writer) {
        String input = "torch.permute(" + writer.narrowed(conv.input()) + ", [0, 2, 3, 1])";
        return everyOther(input, conv.geometry().stride());
    }

    /** Of an image with the channels last, the pixels that a stride leaves over. */
    static String everyOther(String input, long stride) {
        return stride == 1 ? input : everyOther(everyOther(input, 1, stride), 2, stride);
    }

    private static String everyOther(String input, int axis, long stride) {
        return String.format(
                Locale.ROOT, "torch.slice(%s, %d, 0, %d, %d)", input, axis, Long.MAX_VALUE, stride);
    }
}
