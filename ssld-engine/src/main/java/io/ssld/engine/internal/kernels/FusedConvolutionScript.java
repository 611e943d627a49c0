package io.ssld.engine.internal.kernels;

import java.util.Locale;
import java.util.Map;

/**
 * Convolutions in oneDNN's operations as the engine offers them to its own compiler: with weights
 * that are laid out once, and with an activation that is computed while the result is still at
 * hand. Everything keeps the channels of a pixel side by side.
 *
 * <p>Convolutions of single pixels are products of matrices, (pixels, channels) by (channels,
 * filters): the engine's own in this layout are wrong for some shapes and end the process for
 * others (see the zoo's PixelConv). Where blocks of 16 channels are not full, only float32 with
 * weights as they are is right. Several filters for each single channel are right in the engine's
 * own convolution alone.
 */
final class FusedConvolutionScript implements ConvolutionScript {

    /** The engine's names of what a convolution can end with. */
    private static final Map<String, String> ENDINGS =
            Map.of(
                    ScriptValue.Convolution.NO_ACTIVATION,
                    "none",
                    "torch.relu",
                    "relu",
                    "torch.hardswish",
                    "hardswish",
                    "torch.sigmoid",
                    "sigmoid",
                    "torch.silu",
                    "swish");

    /** The filters that weights are laid out for at a time. */
    private static final int WIDTH = 64;

    /** Without numbers for the activation, and with the one algorithm that each has. */
    private static final String NO_NUMBERS = "annotate(List[Optional[number]], []), None";

    /** Compiles if the engine has the operations. */
    static final String PROBE =
            """
            def forward(self: __torch__.M, x: Tensor) -> Tensor:
              w = ops.mkldnn._reorder_linear_weight(x, None)
              k = ops.mkldnn._reorder_convolution_weight(x, [0, 0], [1, 1], [1, 1], 1, None)
              y = ops.mkldnn._linear_pointwise(x, w, None, "none", %s)
              return ops.mkldnn._convolution_pointwise(y, k, None, [0, 0], [1, 1], [1, 1], 1, "none", %s)
            """
                    .formatted(NO_NUMBERS, NO_NUMBERS);

    /** For what these operations compute wrongly. */
    private final ConvolutionScript plain = new PlainConvolutionScript();

    @Override
    public boolean absorbs(ScriptValue.Convolution conv, String function) {
        return !conv.isActivated() && ENDINGS.containsKey(function) && !conv.multipliesChannels();
    }

    @Override
    public String expression(ScriptValue.Convolution conv, ScriptWriter writer) {
        if (conv.isOfPixels()) {
            return product(conv, writer);
        }
        if (conv.multipliesChannels()) {
            return plain.expression(conv, writer);
        }
        boolean mixes = conv.geometry().groups() == 1;
        if (mixes && !conv.hasFullBlocks() && conv.channels() > IMAGE_CHANNELS) {
            String wide = convolution(writer.widened(conv.input()), conv, writer, false);
            return writer.narrowed(wide);
        }
        return convolution(writer.narrowed(conv.input()), conv, writer, writer.half());
    }

    private static String product(ScriptValue.Convolution conv, ScriptWriter writer) {
        String matrix =
                writer.constant(
                        conv.weight().reshape(conv.filters(), conv.channels()),
                        writer.half(),
                        canLayOut(conv, writer.half())
                                ? "ops.mkldnn._reorder_linear_weight(%s, None)"
                                : "%s");
        return "torch.permute(ops.mkldnn._linear_pointwise(%s, %s, %s, \"%s\", %s), [0, 3, 1, 2])"
                .formatted(
                        ConvolutionScript.pixels(conv, writer),
                        matrix,
                        ConvolutionScript.offset(conv, writer, writer.half()),
                        ENDINGS.get(conv.activation()),
                        NO_NUMBERS);
    }

    /**
     * Whether the weights can be laid out before. In float32 that goes wrong (oneDNN 3.7.1) where
     * the last block of 64 filters is neither full nor at most half full.
     */
    private static boolean canLayOut(ScriptValue.Convolution conv, boolean narrow) {
        return narrow || conv.filters() <= WIDTH / 2 || conv.filters() % WIDTH == 0;
    }

    /** So it does in both types with groups of several channels, or blocks that are not full. */
    private static boolean canLayOutKernel(ScriptValue.Convolution conv, boolean narrow) {
        long groups = conv.geometry().groups();
        if (groups > 1) {
            return groups == conv.channels() && groups == conv.filters();
        }
        return conv.hasFullBlocks() && canLayOut(conv, narrow);
    }

    private static String convolution(
            String input, ScriptValue.Convolution conv, ScriptWriter writer, boolean narrow) {
        ScriptValue.Geometry geometry = conv.geometry();
        String steps =
                String.format(
                        Locale.ROOT,
                        "[%1$d, %1$d], [%2$d, %2$d], [1, 1], %3$d",
                        geometry.padding(),
                        geometry.stride(),
                        geometry.groups());
        String kernel =
                writer.constant(
                        conv.weight(),
                        narrow,
                        canLayOutKernel(conv, narrow)
                                ? "ops.mkldnn._reorder_convolution_weight(%s, " + steps + ", None)"
                                : "%s");
        return String.format(
                Locale.ROOT,
                "ops.mkldnn._convolution_pointwise(torch.contiguous(%s, memory_format=%d), %s, %s,"
                        + " %s, \"%s\", %s)",
                input,
                CHANNELS_LAST,
                kernel,
                ConvolutionScript.offset(conv, writer, narrow),
                steps,
                ENDINGS.get(conv.activation()),
                NO_NUMBERS);
    }
}
