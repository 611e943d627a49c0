package io.ssld.weights;

import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * The element types of numpy that can be read, by the codes it gives them in pickles.
 *
 * <p>Not among them is {@code u2}: Paddle means brain floats by it, numpy 16-bit numbers.
 */
enum NumpyType {
    F8("f8", DataType.FLOAT64),
    F4("f4", DataType.FLOAT32),
    F2("f2", DataType.FLOAT16),
    I8("i8", DataType.INT64),
    I4("i4", DataType.INT32),
    /** Read as int32, since DJL cannot hold it; never written. */
    I2("i2", DataType.INT16),
    I1("i1", DataType.INT8),
    U1("u1", DataType.UINT8),
    B1("b1", DataType.BOOLEAN);

    /** The name that numpy knows it by. */
    final String code;

    /** The type of the stored bytes. */
    final DataType stored;

    NumpyType(String code, DataType stored) {
        this.code = code;
        this.stored = stored;
    }

    /** Returns the type of a code, or null if it cannot be read. */
    static @Nullable NumpyType find(String code) {
        for (NumpyType candidate : values()) {
            if (candidate.code.equals(code)) {
                return candidate;
            }
        }
        return null;
    }

    /** Returns the type in which tensors of a DJL type are written. */
    static NumpyType of(DataType type) {
        for (NumpyType candidate : values()) {
            if (candidate.stored == type) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("dataType must have a numpy code, but was " + type);
    }

    /** Returns how many bytes an element takes. */
    int bytes() {
        return stored.getNumOfBytes();
    }

    /** Returns the mark of the little-endian order: none for single bytes. */
    String order() {
        return bytes() == 1 ? "|" : "<";
    }

    @Override
    public String toString() {
        return code;
    }
}
