package io.ssld.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Numbers of the precision of an array. */
final class Scalars {

    private Scalars() {}

    /** A double would be rounded for nothing, and some devices have none. */
    static Number of(NDArray like, double value) {
        if (like.getDataType() == DataType.FLOAT64) {
            return value;
        }
        return (float) value;
    }
}
