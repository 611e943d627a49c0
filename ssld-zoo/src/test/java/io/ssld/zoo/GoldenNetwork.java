package io.ssld.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.ssld.weights.PaddleNames;
import io.ssld.weights.PaddleNames.Entry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A network with the reference's weights, and the comparison of what it computes. */
final class GoldenNetwork implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(GoldenNetwork.class);
    private static final double STATISTICS_TOLERANCE = 1e-6;

    private final NDManager manager = NDManager.newBaseManager();
    private final SsldModel model;
    private final Golden.Values golden;
    private final GoldenWeights weights;
    private final Block block;
    private final Map<String, Entry> state;

    /** Creates the network with a dropout of its own: 0 for training, as published otherwise. */
    GoldenNetwork(SsldModel model, double dropout) {
        this.model = model;
        Golden reference = Golden.of(model);
        golden = reference.values();
        weights = new GoldenWeights(golden);
        block = model.newBlock(1000, dropout);
        state = PaddleNames.of(block);
        for (Golden.Row row : reference.manifest()) {
            Entry entry = entry(row.name());
            entry.parameter().setInitializer((owner, shape, type) -> create(owner, row, entry));
        }
        block.initialize(manager, DataType.FLOAT32, new Shape(golden.inputShape()));
    }

    private NDArray create(NDManager owner, Golden.Row row, Entry entry) {
        Shape shape = new Shape(row.shape());
        NDArray array = owner.create(weights.tensor(row), shape);
        if (!entry.transposed()) {
            return array;
        }
        try (array) {
            // A transposed view alone would keep Paddle's order of elements.
            return array.transpose().duplicate();
        }
    }

    /** Compares evaluation mode: both images, and the other sizes. */
    void checkLogits() {
        float[] logits = logits(golden.inputName(), golden.inputShape(), golden.inputCrc32());
        int classes = golden.logits().size();
        compare("image 0", golden.logits(), logits, 0, golden.toleranceMaxAbs());
        compare("image 1", golden.logits2Head(), logits, classes, golden.toleranceMaxAbs());
        for (Golden.Extra extra : golden.extra()) {
            float[] other = logits(extra.inputName(), extra.inputShape(), extra.inputCrc32());
            compare(extra.inputName(), extra.logitsHead(), other, 0, extra.toleranceMaxAbs());
        }
    }

    /** Compares one forward and backward pass in training mode. */
    void checkTraining() {
        Golden.Train train = golden.train();
        float[] meanBefore = values(train.firstBnMean());
        float[] varianceBefore = values(train.firstBnVarianceBiased());
        try (NDManager step = manager.newSubManager()) {
            NDArray images = images(step, golden.inputName(), golden.inputShape());
            NDArray logits;
            float loss;
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                logits = forward(images, true);
                NDArray mean = crossEntropy(logits, train.labels());
                loss = mean.getFloat();
                collector.backward(mean);
            }
            LOGGER.info(
                    "{}: loss error {} of {}",
                    model.modelName(),
                    Math.abs(loss - train.loss()),
                    train.tolerance().lossAbs());
            assertThat((double) loss)
                    .as("loss")
                    .isCloseTo(train.loss(), within(train.tolerance().lossAbs()));
            float[] all = logits.toFloatArray();
            for (int i = 0; i < train.logitsHead().size(); i++) {
                compare(
                        "training, image " + i,
                        train.logitsHead().get(i),
                        all,
                        i * golden.logits().size(),
                        train.tolerance().logitsMaxAbs());
            }
        }
        checkGradients(train);
        compare(
                "running mean",
                train.firstBnMean().values(),
                values(train.firstBnMean()),
                0,
                STATISTICS_TOLERANCE);
        assertThat(values(train.firstBnMean())).isNotEqualTo(meanBefore);
        compare(
                "running variance",
                train.firstBnVarianceBiased().values(),
                biased(varianceBefore, values(train.firstBnVarianceBiased())),
                0,
                STATISTICS_TOLERANCE);
    }

    private void checkGradients(Golden.Train train) {
        double worst = 0;
        Map<String, Double> norms = new HashMap<>();
        for (String name : train.gradNorm().keySet()) {
            try (NDArray gradient = entry(name).parameter().getArray().getGradient();
                    NDArray squares = gradient.square();
                    NDArray sum = squares.sum()) {
                norms.put(name, Math.sqrt(sum.getFloat()));
            }
            double expected = train.gradNorm().get(name);
            worst = Math.max(worst, Math.abs(norms.get(name) - expected) / expected);
        }
        double tolerance = train.tolerance().gradNormRel();
        LOGGER.info("{}: gradient norm error {} of {}", model.modelName(), worst, tolerance);
        assertThat(worst).as("relative error of gradient norms %s", norms).isLessThan(tolerance);
    }

    /** The engine adds the batch's unbiased variance, the reference the biased one. */
    private float[] biased(float[] before, float[] after) {
        // The first normalisation follows a convolution of stride 2.
        double n = 2 * 112 * 112;
        float[] values = new float[before.length];
        for (int i = 0; i < values.length; i++) {
            double kept = 0.9 * before[i];
            values[i] = (float) (kept + (after[i] - kept) * (n - 1) / n);
        }
        return values;
    }

    private float[] logits(String name, List<Long> shape, long checksum) {
        try (NDManager step = manager.newSubManager()) {
            CRC32 actual = new CRC32();
            GoldenWeights.update(actual, weights.images(name, shape));
            assertThat(actual.getValue()).as(name).isEqualTo(checksum);
            return forward(images(step, name, shape), false).toFloatArray();
        }
    }

    private NDArray images(NDManager owner, String name, List<Long> shape) {
        return owner.create(weights.images(name, shape), new Shape(shape));
    }

    private NDArray forward(NDArray images, boolean training) {
        ParameterStore parameters = new ParameterStore(manager, false);
        return block.forward(parameters, new NDList(images), training).singletonOrThrow();
    }

    private static NDArray crossEntropy(NDArray logits, List<Integer> labels) {
        NDManager owner = logits.getManager();
        NDArray chosen =
                owner.create(labels.stream().mapToInt(Integer::intValue).toArray())
                        .oneHot((int) logits.getShape().get(1));
        return logits.logSoftmax(1).mul(chosen).sum().div(-labels.size());
    }

    private float[] values(Golden.Statistics statistics) {
        return entry(statistics.name()).parameter().getArray().toFloatArray();
    }

    private Entry entry(String name) {
        return Objects.requireNonNull(state.get(name), name);
    }

    private void compare(
            String what, List<Double> expected, float[] actual, int offset, double tolerance) {
        double worst = 0;
        for (int i = 0; i < expected.size(); i++) {
            double error = Math.abs(expected.get(i) - actual[offset + i]);
            // A NaN must not pass as "not larger".
            worst = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(worst, error);
        }
        LOGGER.info("{}: {} error {} of {}", model.modelName(), what, worst, tolerance);
        assertThat(worst)
                .as(
                        "error of %s, which begins %s",
                        what,
                        Arrays.toString(
                                Arrays.copyOfRange(
                                        actual, offset, offset + Math.min(5, expected.size()))))
                .isLessThanOrEqualTo(tolerance);
    }

    @Override
    public void close() {
        manager.close();
    }
}
