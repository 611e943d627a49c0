package io.ssld.examples.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.kernels.PrecisionScope;
import io.ssld.zoo.Architecture;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How long do a student's forward and backward pass take in float32 and in 16 bits: random weights,
 * one batch of random pixels.
 *
 * <p>Counted is the processor time of the whole process. The two precisions take turns; told are
 * the medians, and that of the rounds' ratios.
 *
 * <pre>
 * mvn -B -ntp -DskipTests package
 * taskset -c 0 java -Dai.djl.offline=true -Dai.djl.pytorch.num_threads=1 \
 *     -cp ssld-examples/target/classes:$(cat ssld-examples/target/classpath.txt) \
 *     io.ssld.examples.bench.PrecisionBenchmark NETWORK SIDE BATCH ROUNDS [bfloat16|float16]
 * </pre>
 *
 * <p>16 bits are those of bfloat16 unless told otherwise.
 */
public final class PrecisionBenchmark {

    private static final int CLASSES = 1000;
    private static final int WARM_UP_ROUNDS = 3;
    private static final double NANOS = 1e6;

    /** Steps a round, as the system counts processor time in hundredths of a second. */
    private static final int REPEATS = 4;

    private PrecisionBenchmark() {}

    /**
     * Runs the benchmark.
     *
     * @param args see above
     */
    public static void main(String[] args) {
        if (args.length != 4 && args.length != 5) {
            throw new IllegalArgumentException(
                    "arguments must be NETWORK SIDE BATCH ROUNDS [bfloat16|float16], but were "
                            + Arrays.toString(args));
        }
        int side = Integer.parseInt(args[1]);
        int batch = Integer.parseInt(args[2]);
        int rounds = Integer.parseInt(args[3]);
        Precision precision =
                args.length == 5
                        ? Precision.valueOf(args[4].toUpperCase(Locale.ROOT))
                        : Precision.BFLOAT16;
        try (Model model = Model.newInstance(args[0], "PyTorch")) {
            model.setBlock(Architecture.of(args[0]).newBlock(CLASSES));
            NDManager manager = model.getNDManager();
            model.getBlock().initialize(manager, DataType.FLOAT32, new Shape(batch, 3, side, side));
            // Images as the pipeline makes them: channels side by side.
            NDArray pixels =
                    manager.randomNormal(new Shape(batch, side, side, 3)).transpose(0, 3, 1, 2);
            double[] wide = new double[rounds];
            double[] half = new double[rounds];
            for (int i = -WARM_UP_ROUNDS; i < rounds; i++) {
                double first = time(model, pixels, Precision.FLOAT32);
                double second = time(model, pixels, precision);
                if (i >= 0) {
                    wide[i] = first;
                    half[i] = second;
                }
            }
            double ratio = median(IntStream.range(0, rounds).mapToDouble(i -> half[i] / wide[i]));
            System.out.printf(
                    Locale.ROOT,
                    "%s, %d pixels, batch %d: float32 %.1f ms, %s %.1f ms, ratio %.2f%n",
                    args[0],
                    side,
                    batch,
                    median(Arrays.stream(wide)),
                    precision.name().toLowerCase(Locale.ROOT),
                    median(Arrays.stream(half)),
                    ratio);
        }
    }

    private static double time(Model model, NDArray pixels, Precision precision) {
        long start = ProcessorTime.nanos();
        for (int i = 0; i < REPEATS; i++) {
            pass(model, pixels, precision);
        }
        return (ProcessorTime.nanos() - start) / NANOS / REPEATS;
    }

    private static void pass(Model model, NDArray pixels, Precision precision) {
        NDManager manager = model.getNDManager();
        try (NDManager scratch = manager.newSubManager();
                GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray view = pixels.transpose(0, 1, 2, 3);
            view.attach(scratch);
            ParameterStore store = new ParameterStore(scratch, false);
            NDArray logits;
            try (PrecisionScope scope = PrecisionScope.open(precision)) {
                logits = model.getBlock().forward(store, new NDList(view), true).head();
            }
            NDArray value = logits.logSoftmax(1).square().mean();
            collector.backward(value);
            float loss = value.getFloat();
            if (!Float.isFinite(loss)) {
                throw new IllegalStateException("loss must be finite, but was " + loss);
            }
        }
    }

    private static double median(java.util.stream.DoubleStream values) {
        return median(values.toArray());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
