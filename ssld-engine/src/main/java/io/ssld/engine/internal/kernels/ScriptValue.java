package io.ssld.engine.internal.kernels;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a script that is being written. Nothing is written until it is used, so that what
 * follows a convolution can still become part of it.
 */
public final class ScriptValue {

    /** The expression that computes it, into memory of its own. */
    private final String expression;

    /** A convolution that is not written yet. */
    private final @Nullable Convolution convolution;

    /** A variable with the same in 32 bits, where a block gave that. */
    private final @Nullable String wide;

    private @Nullable String name;

    private ScriptValue(
            String expression, @Nullable Convolution convolution, @Nullable String wide) {
        this.expression = expression;
        this.convolution = convolution;
        this.wide = wide;
    }

    static ScriptValue named(String name) {
        ScriptValue value = of(name);
        value.name = name;
        return value;
    }

    static ScriptValue of(String expression) {
        return new ScriptValue(expression, null, null);
    }

    static ScriptValue of(Convolution convolution) {
        return new ScriptValue("", convolution, null);
    }

    /** What is at hand in 32 bits, and is converted by an expression where it is used in fewer. */
    static ScriptValue ofWide(String wide, String expression) {
        return new ScriptValue(expression, null, wide);
    }

    @Nullable String wide() {
        return wide;
    }

    @Nullable Convolution convolution() {
        return convolution;
    }

    /** Whether no one else has seen it, so that it may be overwritten. */
    boolean isFresh() {
        return name == null && wide == null;
    }

    String expression(ScriptWriter writer) {
        return convolution == null ? expression : writer.expression(convolution);
    }

    /** Its variable, which is written now if it was not before. */
    String name(ScriptWriter writer) {
        if (name == null) {
            name = writer.assign(expression(writer), this);
        }
        return name;
    }

    /** The variable was taken back. */
    void forgetName() {
        name = null;
    }

    /**
     * A convolution.
     *
     * @param input what is convolved
     * @param weight (filters, channels / groups, height, width)
     * @param bias (filters), if there is one
     * @param geometry how the kernel moves
     * @param activation the function applied to the result, such as {@code torch.relu}
     */
    record Convolution(
            ScriptValue input,
            NDArray weight,
            @Nullable NDArray bias,
            Geometry geometry,
            String activation) {

        static final String NO_ACTIVATION = "";

        /** The engine's blocks of channels; see the zoo's convolutions. */
        private static final int BLOCK = 16;

        boolean isActivated() {
            return !activation.equals(NO_ACTIVATION);
        }

        Convolution followedBy(String function) {
            return new Convolution(input, weight, bias, geometry, function);
        }

        long filters() {
            return weight.getShape().get(0);
        }

        long channels() {
            return weight.getShape().get(1) * geometry.groups();
        }

        /** Whether single pixels are mapped, all their channels together. */
        boolean isOfPixels() {
            return weight.getShape().get(2) == 1
                    && weight.getShape().get(3) == 1
                    && geometry.groups() == 1
                    && geometry.padding() == 0;
        }

        /** Whether each channel has several filters of its own. */
        boolean multipliesChannels() {
            return geometry.groups() > 1
                    && geometry.groups() == channels()
                    && geometry.groups() < filters();
        }

        boolean hasFullBlocks() {
            return channels() % BLOCK == 0 && filters() % BLOCK == 0;
        }
    }

    /**
     * How the kernel of a convolution moves.
     *
     * @param stride pixels from one result to the next
     * @param padding zeros on each side
     * @param groups the groups of channels
     * @param channelsTogether whether a convolution of single pixels keeps the channels of a pixel
     *     side by side
     */
    public record Geometry(long stride, long padding, long groups, boolean channelsTogether) {}
}
