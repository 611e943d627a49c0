package io.ssld.engine.internal.kernels;

import io.ssld.engine.Precision;
import java.util.Locale;
import java.util.Optional;

/**
 * Convolutions of 32-bit numbers that compute in 16 bits, differentiable: arrays of 16 bits exist
 * between the two casts only, and the backward pass goes through the same casts. A bias is added in
 * 32 bits.
 *
 * <p>On the CPU the way is chosen by what the engine (oneDNN 3.7.1 in PyTorch 2.7.1) computes right
 * in the forward and both backward passes: products of matrices for single pixels, and channels
 * side by side where blocks of 16 channels are full. Convolutions of each channel on its own stay
 * at 32 bits: at stride 2 the engine leaves the gradient of their input at zero, and at stride 1
 * the casts take longer than 16 bits save.
 */
final class HalfConvolutionScript {

    /** The channels that the engine computes together. */
    private static final int BLOCK = 16;

    private HalfConvolutionScript() {}

    /**
     * A convolution.
     *
     * @param channels of the input
     * @param filters channels of the result
     * @param size pixels of a side of the kernel
     * @param geometry how the kernel moves
     * @param hasBias whether each filter has an offset
     */
    record Layer(
            long channels,
            long filters,
            long size,
            ScriptValue.Geometry geometry,
            boolean hasBias) {

        private boolean isOfPixels() {
            return size == 1 && geometry.groups() == 1 && geometry.padding() == 0;
        }

        private boolean hasFullBlocks() {
            return geometry.groups() == 1 && channels % BLOCK == 0 && filters % BLOCK == 0;
        }
    }

    /**
     * Returns the source of a module whose {@code forward} takes input, weight and, if there is
     * one, bias.
     *
     * @param layer the convolution
     * @param precision of 16 bits
     * @param gpu whether the arrays are on a GPU, which is left to choose by itself
     * @return the source; empty if the layer is to be computed in 32 bits
     */
    static Optional<String> source(Layer layer, Precision precision, boolean gpu) {
        int type = precision.type();
        if (gpu) {
            return Optional.of(module(layer, type, convolution(layer, "x")));
        }
        if (layer.isOfPixels()) {
            return Optional.of(module(layer, type, product(layer)));
        }
        if (layer.hasFullBlocks()) {
            String together =
                    String.format(
                            Locale.ROOT,
                            "torch.contiguous(x, memory_format=%d)",
                            ConvolutionScript.CHANNELS_LAST);
            return Optional.of(module(layer, type, convolution(layer, together)));
        }
        return Optional.empty();
    }

    private static String module(Layer layer, int type, String expression) {
        String result = "torch.to(" + expression + ", " + Precision.FLOAT32.type() + ")";
        return String.format(
                Locale.ROOT,
                """
                def forward(self: __torch__.M, a: Tensor, b: Tensor%s) -> Tensor:
                  x = torch.to(a, %d)
                  w = torch.to(b, %d)
                  return %s
                """,
                layer.hasBias() ? ", c: Tensor" : "",
                type,
                type,
                layer.hasBias()
                        ? "torch.add(" + result + ", torch.reshape(c, [1, -1, 1, 1]))"
                        : result);
    }

    /** (pixels, channels) by (channels, filters), which leaves the channels side by side. */
    private static String product(Layer layer) {
        String pixels =
                ConvolutionScript.everyOther(
                        "torch.permute(x, [0, 2, 3, 1])", layer.geometry().stride());
        return "torch.permute(torch.linear(%s, torch.flatten(w, 1), None), [0, 3, 1, 2])"
                .formatted(pixels);
    }

    private static String convolution(Layer layer, String input) {
        ScriptValue.Geometry geometry = layer.geometry();
        return String.format(
                Locale.ROOT,
                "torch.conv2d(%1$s, w, None, [%2$d, %2$d], [%3$d, %3$d], [1, 1], %4$d)",
                input,
                geometry.stride(),
                geometry.padding(),
                geometry.groups());
    }
}
