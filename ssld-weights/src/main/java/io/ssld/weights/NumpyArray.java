package io.ssld.weights;

import ai.djl.ndarray.types.Shape;

/**
 * An array that a pickle describes: all but its values, which stay in the file.
 *
 * @param shape the sizes, none for a scalar
 * @param type the type of its elements
 * @param bigEndian whether the first byte of an element is its highest
 * @param fortran whether the first index runs fastest, and not the last
 * @param byteCount how many bytes the elements take; their text may be up to twice as long
 * @param data where the elements lie
 */
record NumpyArray(
        Shape shape,
        NumpyType type,
        boolean bigEndian,
        boolean fortran,
        long byteCount,
        Span data) {}
