package io.ssld.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.ssld.base.internal.Half;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable tensor in the memory of the JVM: shape, type and values, independent of any engine
 * and manager.
 *
 * <p>The values are in row-major order and little-endian. Types are those DJL can create without
 * harm: an array of brain floats or 16-bit integers would end the JVM.
 */
public final class HostTensor {

    /** The types a tensor may have. */
    static final Set<DataType> TYPES =
            Collections.unmodifiableSet(
                    EnumSet.of(
                            DataType.FLOAT64,
                            DataType.FLOAT32,
                            DataType.FLOAT16,
                            DataType.INT64,
                            DataType.INT32,
                            DataType.INT8,
                            DataType.UINT8,
                            DataType.BOOLEAN));

    private final Shape shape;
    private final DataType dataType;
    private final ByteBuffer bytes;

    private HostTensor(Shape shape, DataType dataType, ByteBuffer bytes) {
        if (!TYPES.contains(dataType)) {
            throw new IllegalArgumentException(
                    "dataType must be one of " + TYPES + ", but was " + dataType);
        }
        // A Shape hands out its own array of sizes, so it is copied in both directions.
        this.shape = copy(shape);
        this.dataType = dataType;
        this.bytes = bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long expected = byteCount(this.shape, dataType);
        if (bytes.remaining() != expected) {
            throw new IllegalArgumentException(
                    "bytes must have the "
                            + expected
                            + " bytes of shape "
                            + shape
                            + " in "
                            + dataType
                            + ", but had "
                            + bytes.remaining());
        }
    }

    /**
     * Creates a tensor from a copy of the given values.
     *
     * @param shape the sizes, each at least 0; none for a scalar
     * @param dataType the type: a float of 16, 32 or 64 bits, a signed integer of 8, 32 or 64 bits,
     *     an unsigned byte or a boolean
     * @param bytes the values, little-endian, from position to limit, which stay as they are
     * @return the tensor
     * @throws IllegalArgumentException if the type is another or the number of bytes does not fit
     */
    public static HostTensor of(Shape shape, DataType dataType, ByteBuffer bytes) {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(bytes, "bytes");
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
        copy.put(bytes.duplicate()).flip();
        return new HostTensor(shape, dataType, copy);
    }

    /**
     * Creates a tensor from the values of an array, which may live on any device.
     *
     * @param array the array
     * @return the tensor
     * @throws IllegalArgumentException if the type is not one a tensor may have
     */
    public static HostTensor of(NDArray array) {
        Objects.requireNonNull(array, "array");
        // Already a copy, and little-endian: so is every platform that DJL has natives for.
        return new HostTensor(array.getShape(), array.getDataType(), array.toByteBuffer());
    }

    /** Creates a tensor around values that nobody else will write to. */
    static HostTensor wrap(Shape shape, DataType dataType, byte[] bytes) {
        return new HostTensor(shape, dataType, ByteBuffer.wrap(bytes));
    }

    /**
     * Returns the bytes that values of a shape take.
     *
     * @throws IllegalArgumentException if a size is negative or the product exceeds a long
     */
    static long byteCount(Shape shape, DataType dataType) {
        long count = dataType.getNumOfBytes();
        for (long size : shape.getShape()) {
            if (size < 0) {
                throw new IllegalArgumentException(
                        "shape must have sizes of at least 0, but was " + shape);
            }
            try {
                count = Math.multiplyExact(count, size);
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException(
                        "shape must take at most 2^63 - 1 bytes, but was " + shape, e);
            }
        }
        return count;
    }

    /**
     * Returns the sizes.
     *
     * @return a new shape
     */
    public Shape shape() {
        return copy(shape);
    }

    /**
     * Returns the type.
     *
     * @return the type
     */
    public DataType dataType() {
        return dataType;
    }

    /**
     * Returns the values.
     *
     * @return a new read-only, little-endian view, positioned at the first value
     */
    public ByteBuffer bytes() {
        return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Returns this tensor in another floating type, each value rounded to the nearest one of that
     * type (ties to even, overflow to infinity). Integers and booleans stay as they are, as they
     * count or choose things.
     *
     * @param target {@code FLOAT16}, {@code FLOAT32} or {@code FLOAT64}
     * @return the converted tensor, or this one if there is nothing to convert
     * @throws IllegalArgumentException if the target is another type
     */
    public HostTensor toType(DataType target) {
        if (!isConvertible(target)) {
            throw new IllegalArgumentException(
                    "target must be FLOAT16, FLOAT32 or FLOAT64, but was " + target);
        }
        if (dataType == target || !isConvertible(dataType)) {
            return this;
        }
        ByteBuffer from = bytes();
        long count = (long) from.remaining() / dataType.getNumOfBytes() * target.getNumOfBytes();
        ByteBuffer to = ByteBuffer.allocate(Math.toIntExact(count)).order(ByteOrder.LITTLE_ENDIAN);
        // A double holds the values of the other two types exactly.
        while (from.hasRemaining()) {
            putFloating(to, target, nextFloating(from, dataType));
        }
        return new HostTensor(shape, target, to.flip());
    }

    /** Counts the values that are NaN or infinite. */
    long countNotFinite() {
        if (!isConvertible(dataType)) {
            return 0;
        }
        ByteBuffer values = bytes();
        long count = 0;
        while (values.hasRemaining()) {
            count += Double.isFinite(nextFloating(values, dataType)) ? 0 : 1;
        }
        return count;
    }

    /** Returns this matrix with rows and columns exchanged. */
    HostTensor transpose() {
        int width = dataType.getNumOfBytes();
        int rows = Math.toIntExact(shape.get(0));
        int columns = Math.toIntExact(shape.get(1));
        byte[] from = new byte[bytes.remaining()];
        bytes().get(from);
        byte[] to = new byte[from.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int source = (row * columns + column) * width;
                System.arraycopy(from, source, to, (column * rows + row) * width, width);
            }
        }
        return wrap(new Shape(columns, rows), dataType, to);
    }

    /**
     * Creates a DJL array of these values.
     *
     * @param manager the manager that will own the array
     * @return the array, on the manager's device
     */
    public NDArray toArray(NDManager manager) {
        Objects.requireNonNull(manager, "manager");
        return manager.create(bytes(), shape(), dataType);
    }

    private static boolean isConvertible(DataType type) {
        return type == DataType.FLOAT16 || type == DataType.FLOAT32 || type == DataType.FLOAT64;
    }

    private static double nextFloating(ByteBuffer from, DataType type) {
        return switch (type) {
            case FLOAT16 -> Half.toFloat(from.getShort());
            case FLOAT32 -> from.getFloat();
            default -> from.getDouble();
        };
    }

    private static void putFloating(ByteBuffer to, DataType type, double value) {
        switch (type) {
            case FLOAT16 -> to.putShort(Half.nearest(value));
            case FLOAT32 -> to.putFloat((float) value);
            default -> to.putDouble(value);
        }
    }

    private static Shape copy(Shape shape) {
        return new Shape(shape.getShape().clone());
    }

    /** Returns whether the other object is a tensor of the same shape, type and bits. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HostTensor that
                && shape.equals(that.shape)
                && dataType == that.dataType
                && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * shape.hashCode() + dataType.hashCode()) + bytes.hashCode();
    }

    /** Returns type and shape, such as {@code float32 (64, 3, 3, 3)}. */
    @Override
    public String toString() {
        return dataType + " " + shape;
    }
}
