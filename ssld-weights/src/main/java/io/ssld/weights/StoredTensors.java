package io.ssld.weights;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntUnaryOperator;

/** Tensors of values as files store them, some in types that DJL cannot hold. */
final class StoredTensors {

    /** What an array of the JVM can hold. */
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private StoredTensors() {}

    /** Returns how many stored bytes a tensor may have, so that an array can hold its values. */
    static int maxBytes(DataType stored) {
        return stored == DataType.BFLOAT16 || stored == DataType.INT16 ? MAX_BYTES / 2 : MAX_BYTES;
    }

    /**
     * Makes a tensor of stored bytes, which it keeps. Brain floats become float32 and 16-bit
     * integers int32; every value stays the same.
     *
     * @param bytes at most {@link #maxBytes} of them
     * @throws IllegalArgumentException if the bytes are no values of the type
     */
    static HostTensor of(Shape shape, DataType stored, byte[] bytes) {
        return switch (stored) {
            case BFLOAT16 -> HostTensor.wrap(shape, DataType.FLOAT32, widen(bytes, v -> v << 16));
            case INT16 -> HostTensor.wrap(shape, DataType.INT32, widen(bytes, v -> v));
            case BOOLEAN -> HostTensor.wrap(shape, stored, requireBooleans(bytes));
            default -> HostTensor.wrap(shape, stored, bytes);
        };
    }

    /** Makes 32 bits of each 16, which come with their sign extended. */
    private static byte[] widen(byte[] bytes, IntUnaryOperator widening) {
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        byte[] widened = new byte[bytes.length * 2];
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
