package io.ssld.engine.internal.kernels;

/**
 * Convolutions as the engine's library for GPUs computes them, with the channels of a pixel side by
 * side, which its units for 16 bits want. The faults that the ways for the CPU go around are not
 * its.
 */
final class GpuConvolutionScript implements ConvolutionScript {

    private static final String TOGETHER =
            "torch.contiguous(%s, memory_format=" + CHANNELS_LAST + ")";

    @Override
    public boolean absorbs(ScriptValue.Convolution conv, String function) {
        return false;
    }

    @Override
    public String expression(ScriptValue.Convolution conv, ScriptWriter writer) {
        boolean half = writer.half();
        return ConvolutionScript.conv2d(
                TOGETHER.formatted(writer.narrowed(conv.input())),
                writer.constant(conv.weight(), half, TOGETHER),
                ConvolutionScript.offset(conv, writer, half),
                conv.geometry());
    }
}
