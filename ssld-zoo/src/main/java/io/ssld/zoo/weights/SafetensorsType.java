package io.ssld.zoo.weights;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntUnaryOperator;

/** The element types of the safetensors format that can be read, by the names it gives them. */
enum SafetensorsType {
    F64(DataType.FLOAT64),
    F32(DataType.FLOAT32),
    F16(DataType.FLOAT16),
    /** The upper half of a float32. Read as that, since DJL cannot hold it; never written. */
    BF16(DataType.BFLOAT16),
    I64(DataType.INT64),
    I32(DataType.INT32),
    /** Read as int32, since DJL cannot hold it; never written. */
    I16(DataType.INT16),
    I8(DataType.INT8),
    U8(DataType.UINT8),
    BOOL(DataType.BOOLEAN);

    /** The type of the stored bytes. */
    final DataType stored;

    SafetensorsType(DataType stored) {
        this.stored = stored;
    }

    /** Returns the longest that stored bytes may be, for a tensor that a Java array can hold. */
    int maxLength() {
        int longest = Integer.MAX_VALUE - 8;
        return this == BF16 || this == I16 ? longest / 2 : longest;
    }

    /** Returns the type in which tensors of a DJL type are written. */
    static SafetensorsType of(DataType type) {
        for (SafetensorsType candidate : values()) {
            if (candidate.stored == type) {
                return candidate;
            }
        }
        throw new IllegalArgumentException(
                "dataType must have a safetensors name, but was " + type);
    }

    /**
     * Makes a tensor of stored bytes, which it keeps.
     *
     * @throws IllegalArgumentException if the bytes are no values of this type
     */
    HostTensor toTensor(Shape shape, byte[] bytes) {
        return switch (this) {
            case BF16 -> HostTensor.wrap(shape, DataType.FLOAT32, widen(bytes, v -> v << 16));
            case I16 -> HostTensor.wrap(shape, DataType.INT32, widen(bytes, v -> v));
            case BOOL -> HostTensor.wrap(shape, stored, requireBooleans(bytes));
            default -> HostTensor.wrap(shape, stored, bytes);
        };
    }

    /** Makes 32 bits of each 16, which come with their sign extended. */
    private static byte[] widen(byte[] bytes, IntUnaryOperator widening) {
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        byte[] widened = new byte[2 * bytes.length];
        ByteBuffer to = ByteBuffer.wrap(widened).order(ByteOrder.LITTLE_ENDIAN);
        while (from.hasRemaining()) {
            to.putInt(widening.applyAsInt(from.getShort()));
        }
        return widened;
    }

    /** Engines assume that a boolean is 0 or 1 and compute nonsense with any other byte. */
    private static byte[] requireBooleans(byte[] bytes) {
        for (byte value : bytes) {
            if (value != 0 && value != 1) {
                throw new IllegalArgumentException(
                        "a boolean must be 0 or 1, but was " + Byte.toUnsignedInt(value));
            }
        }
        return bytes;
    }
}
