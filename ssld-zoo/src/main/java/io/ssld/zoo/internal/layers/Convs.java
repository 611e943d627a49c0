package io.ssld.zoo.internal.layers;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;

/**
 * The normalised convolutions of a family: a convolution without bias, whose output has the size of
 * the input at stride 1 and half of it (rounded up) at stride 2, and batch normalisation.
 *
 * @param conv what the family calls the convolution
 * @param norm what it calls the normalisation
 * @param fanIn what its first weights take as the inputs of an output
 * @param channelsTogether whether convolutions of single pixels keep the channels of a pixel side
 *     by side, see {@link PixelConv}
 */
public record Convs(String conv, String norm, FanIn fanIn, boolean channelsTogether) {

    /** Counts the inputs of an output; the two differ in depthwise convolutions only. */
    public enum FanIn {
        /** Those the output depends on. */
        FILTER,
        /** Those of all input channels: Paddle's default, whatever the groups. */
        ALL_CHANNELS
    }

    /** Convolutions called {@code conv} and {@code bn}. */
    public static Convs named(FanIn fanIn) {
        return new Convs("conv", "bn", fanIn, false);
    }

    /** Convolutions called {@code _conv} and {@code _batch_norm}. */
    public static Convs underscored(FanIn fanIn) {
        return new Convs("_conv", "_batch_norm", fanIn, false);
    }

    /**
     * The same for a network of depthwise convolutions, which compute fastest on channels side by
     * side: MobileNetV3_small trains in 0.6 times the time.
     */
    public Convs withChannelsTogether() {
        return new Convs(conv, norm, fanIn, true);
    }

    /** Mixes the channels of kernel x kernel pixels. */
    public Chain square(int kernel, int filters, int stride) {
        return normalized(kernel, filters, stride, 1);
    }

    /** Mixes the channels of each pixel. */
    public Chain pointwise(int filters) {
        return normalized(1, filters, 1, 1);
    }

    /** Filters each channel on its own. */
    public Chain depthwise(int kernel, int channels, int stride) {
        return normalized(kernel, channels, stride, channels);
    }

    /** A 1x1 convolution that no normalisation follows. */
    public static PixelConv bare(int filters, boolean bias) {
        return initialized(new PixelConv(builder(1, filters, 1, 1, bias), true), 1);
    }

    private Chain normalized(int kernel, int filters, int stride, int groups) {
        Conv2d.Builder builder = builder(kernel, filters, stride, groups, false);
        boolean pixels = kernel == 1 && stride == 1 && groups == 1;
        Conv2d block =
                pixels ? new PixelConv(builder, channelsTogether) : new ChannelsLastConv(builder);
        int times = fanIn == FanIn.ALL_CHANNELS ? groups : 1;
        return new Chain().add(conv, initialized(block, times)).add(norm, new ChannelNorm());
    }

    private static Conv2d.Builder builder(
            int kernel, int filters, int stride, int groups, boolean bias) {
        return Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .setFilters(filters)
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(kernel / 2, kernel / 2))
                .optGroups(groups)
                .optBias(bias);
    }

    private static <C extends Conv2d> C initialized(C block, int times) {
        block.setInitializer(Inits.heNormal(times), Parameter.Type.WEIGHT);
        return block;
    }
}
