package io.ssld.weights;

import ai.djl.ndarray.types.DataType;

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
}
