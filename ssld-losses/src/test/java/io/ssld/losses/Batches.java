package io.ssld.losses;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import java.util.Arrays;
import java.util.Random;

/** Makes logits, and reads arrays back as float64 rows. */
final class Batches {

    /** The sample of the golden values. */
    static final double[][] STUDENT = {{2, 1, .1, -1}, {.5, -.5, 1.5, 0}};

    static final double[][] TEACHER = {{3, .5, -.5, -2}, {0, .2, 2.5, -1}};

    private Batches() {}

    static double[][] random(long seed, int examples, int classes, double scale) {
        Random random = new Random(seed);
        double[][] rows = new double[examples][classes];
        for (double[] row : rows) {
            Arrays.setAll(row, c -> scale * random.nextGaussian());
        }
        return rows;
    }

    static NDArray array(NDManager manager, double[][] rows, DataType type) {
        return manager.create(rows).toType(type, true);
    }

    /** The values that the array really holds, after rounding to its type. */
    static double[][] rows(NDArray array) {
        double[] flat = doubles(array);
        int columns = (int) array.getShape().get(1);
        double[][] rows = new double[flat.length / columns][];
        Arrays.setAll(rows, n -> Arrays.copyOfRange(flat, n * columns, (n + 1) * columns));
        return rows;
    }

    static double[] doubles(NDArray array) {
        return Arrays.stream(array.toArray()).mapToDouble(Number::doubleValue).toArray();
    }

    static double value(Loss loss, NDArray student, NDArray... labels) {
        try (NDArray value = loss.evaluate(new NDList(labels), new NDList(student))) {
            return value.toArray()[0].doubleValue();
        }
    }

    /** The gradient that the student's logits receive; in their own type. */
    static NDArray gradient(Loss loss, NDArray student, NDArray... labels) {
        student.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(loss.evaluate(new NDList(labels), new NDList(student)));
        }
        return student.getGradient();
    }

    static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }
}
