package io.ssld.core.data.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.data.ImageEntry;
import java.util.Arrays;

/** Reads class numbers out of the label arrays that data sets give. */
public final class ClassNumbers {

    private ClassNumbers() {}

    /** The class numbers in the first array, all {@link ImageEntry#UNLABELLED} without one. */
    public static int[] of(NDList labels, int examples) {
        int[] numbers = new int[examples];
        if (labels.isEmpty()) {
            Arrays.fill(numbers, ImageEntry.UNLABELLED);
            return numbers;
        }
        double[] values = values(labels.head(), examples);
        for (int i = 0; i < examples; i++) {
            numbers[i] = (int) values[i];
            if (numbers[i] != values[i] || numbers[i] < ImageEntry.UNLABELLED) {
                throw new IllegalArgumentException(
                        "label must be a class number from 0, or -1 for none, but was "
                                + values[i]
                                + " at place "
                                + i
                                + " of its batch");
            }
        }
        return numbers;
    }

    private static double[] values(NDArray labels, int examples) {
        Shape shape = labels.getShape();
        if (!shape.equals(new Shape(examples)) && !shape.equals(new Shape(examples, 1))) {
            throw new IllegalArgumentException(
                    "labels must be class numbers of shape ("
                            + examples
                            + ") or ("
                            + examples
                            + ", 1), but were of shape "
                            + shape
                            + "; turn one-hot labels into numbers with argMax(1)");
        }
        // A double holds every int, and shows a label that is not whole for what it is.
        try (NDArray wide = labels.toType(DataType.FLOAT64, true)) {
            return wide.toDoubleArray();
        }
    }
}
