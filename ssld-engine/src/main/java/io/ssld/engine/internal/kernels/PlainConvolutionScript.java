package io.ssld.engine.internal.kernels;

import java.util.Locale;

/** Convolutions in the operations that every build of the engine has. */
final class PlainConvolutionScript implements ConvolutionScript {

    @Override
    public boolean absorbs(ScriptValue.Convolution conv, String function) {
        return false;
    }

    @Override
    public String expression(ScriptValue.Convolution conv, ScriptWriter writer) {
        ScriptValue.Geometry geometry = conv.geometry();
        boolean fullBlocks = conv.hasFullBlocks();
        if (conv.isOfPixels() && (geometry.channelsTogether() || !fullBlocks)) {
            return product(conv, writer);
        }
        boolean image = conv.channels() <= IMAGE_CHANNELS && !writer.half();
        if (geometry.groups() == 1 && !fullBlocks && !image) {
            return padded(conv, writer);
        }
        String input = writer.narrowed(conv.input());
        // The engine's convolution of the usual layout; a copy only where it comes in another.
        String ordered = geometry.groups() == 1 ? "torch.contiguous(" + input + ")" : input;
        return conv2d(ordered, conv, writer, writer.half());
    }

    /** Of the layouts, only channels side by side is right here, and that in float32. */
    private static String padded(ScriptValue.Convolution conv, ScriptWriter writer) {
        String together =
                String.format(
                        Locale.ROOT,
                        "torch.contiguous(%s, memory_format=%d)",
                        writer.widened(conv.input()),
                        CHANNELS_LAST);
        return writer.narrowed(conv2d(together, conv, writer, false));
    }

    private static String conv2d(
            String input, ScriptValue.Convolution conv, ScriptWriter writer, boolean narrow) {
        return ConvolutionScript.conv2d(
                input,
                writer.constant(conv.weight(), narrow),
                ConvolutionScript.offset(conv, writer, narrow),
                conv.geometry());
    }

    private static String product(ScriptValue.Convolution conv, ScriptWriter writer) {
        boolean half = writer.half();
        String matrix =
                writer.constant(conv.weight().reshape(conv.filters(), conv.channels()), half);
        return "torch.permute(torch.linear(%s, %s, %s), [0, 3, 1, 2])"
                .formatted(
                        ConvolutionScript.pixels(conv, writer),
                        matrix,
                        ConvolutionScript.offset(conv, writer, half));
    }
}
