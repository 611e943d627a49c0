package io.ssld.zoo;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;

/**
 * The normalised convolutions of a family: a convolution without bias, whose output has the size of
 * the input at stride 1 and half of it (rounded up) at stride 2, and batch normalisation.
 *
 * @param conv what the family calls the convolution
 * @param norm what it calls the normalisation
 * @param fanIn what its first weights take as the inputs of an output
 */
record Convs(String conv, String norm, FanIn fanIn) {

    /** Counts the inputs of an output; the two differ in depthwise convolutions only. */
    enum FanIn {
        /** Those the output depends on. */
        FILTER,
        /** Those of all input channels: Paddle's default, whatever the groups. */
        ALL_CHANNELS
    }

    /** Convolutions called {@code conv} and {@code bn}. */
    static Convs named(FanIn fanIn) {
        return new Convs("conv", "bn", fanIn);
    }

    /** Convolutions called {@code _conv} and {@code _batch_norm}. */
    static Convs underscored(FanIn fanIn) {
        return new Convs("_conv", "_batch_norm", fanIn);
    }

    /** Mixes the channels of kernel x kernel pixels. */
    Chain square(int kernel, int filters, int stride) {
        return normalized(kernel, filters, stride, 1);
    }

    /** Mixes the channels of each pixel. */
    Chain pointwise(int filters) {
        return normalized(1, filters, 1, 1);
    }

    /** Filters each channel on its own. */
    Chain depthwise(int kernel, int channels, int stride) {
        return normalized(kernel, channels, stride, channels);
    }

    /** A 1x1 convolution that no normalisation follows. */
    static Block bare(int filters, boolean bias) {
        return weighted(1, filters, 1, 1, bias, 1);
    }

    private Chain normalized(int kernel, int filters, int stride, int groups) {
        int times = fanIn == FanIn.ALL_CHANNELS ? groups : 1;
        return new Chain()
                .add(conv, weighted(kernel, filters, stride, groups, false, times))
                .add(norm, new ChannelNorm());
    }

    private static Conv2d weighted(
            int kernel, int filters, int stride, int groups, boolean bias, int times) {
        Conv2d.Builder builder =
                Conv2d.builder()
                        .setKernelShape(new Shape(kernel, kernel))
                        .setFilters(filters)
                        .optStride(new Shape(stride, stride))
                        .optPadding(new Shape(kernel / 2, kernel / 2))
                        .optGroups(groups)
                        .optBias(bias);
        Conv2d block = new ChannelsLastConv(builder);
        block.setInitializer(Inits.heNormal(times), Parameter.Type.WEIGHT);
        return block;
    }
}
