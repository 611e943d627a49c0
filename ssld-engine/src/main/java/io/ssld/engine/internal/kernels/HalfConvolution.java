package io.ssld.engine.internal.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.ssld.engine.Precision;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a block asks that can convolve in 16 bits while a network trains. */
public final class HalfConvolution {

    private HalfConvolution() {}

    /**
     * Convolves in 16 bits, if the thread's {@link PrecisionScope} says so and the engine does it
     * right: of single pixels, or with one group and channels and filters that are multiples of 16.
     * On a GPU every layer. An image of one pixel, such as a channel's mean, stays at 32 bits,
     * where casts would take longer than the product.
     *
     * @param x (N, channels, H, W)
     * @param weight (filters, channels / groups, size, size) on the device of {@code x}
     * @param bias (filters), if there is one
     * @param geometry how the kernel moves, without dilation
     * @return (N, filters, H', W') of 32 bits, on the manager of {@code x}, differentiable; empty
     *     if the block is to convolve as it is, as it is where {@code x} is not of 32 bits
     */
    public static Optional<NDArray> inScope(
            NDArray x, NDArray weight, @Nullable NDArray bias, ScriptValue.Geometry geometry) {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(weight, "weight");
        Objects.requireNonNull(geometry, "geometry");
        Precision precision = PrecisionScope.current();
        boolean onePixel = x.getShape().get(2) == 1 && x.getShape().get(3) == 1;
        if (precision == Precision.FLOAT32 || onePixel || x.getDataType() != DataType.FLOAT32) {
            return Optional.empty();
        }
        return Kernels.of(x.getManager().getEngine())
                .halfConvolution(x, weight, bias, geometry, precision);
    }
}
