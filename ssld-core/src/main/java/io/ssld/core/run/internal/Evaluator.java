package io.ssld.core.run.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.TranslateException;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.internal.BatchIterator;
import io.ssld.core.data.internal.BatchSource;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.evaluation.Scores;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Measures networks on labelled data, every example once and none twice.
 *
 * <p>A network is any function from inputs to logits {@code (N, C)} that records nothing, such as
 * {@code Teacher.of(model)::logits}. Equal logits rank by class number, and a logit that is not a
 * number makes its example wrong, so that results do not depend on the batch size.
 */
public final class Evaluator {

    private final BatchSource data;
    private final NDManager manager;

    /** Runs before each batch; may throw to end a measurement. */
    private final Runnable between;

    /**
     * Creates an evaluator.
     *
     * @param data labelled examples, one pass of which is measured
     * @param manager the owner of each batch while it is measured
     */
    public Evaluator(BatchSource data, NDManager manager) {
        this(data, manager, () -> {});
    }

    Evaluator(BatchSource data, NDManager manager, Runnable between) {
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(manager, "manager");
        this.data = data;
        this.manager = manager;
        this.between = between;
    }

    /**
     * Two networks on the same data.
     *
     * @param first the first network
     * @param second the second network
     * @param agreement the fraction of examples on which their first choices are equal
     */
    public record Comparison(Evaluation first, Evaluation second, double agreement) {

        /**
         * Refuses nulls.
         *
         * @throws NullPointerException naming the component
         */
        public Comparison {
            Objects.requireNonNull(first, "first");
            Objects.requireNonNull(second, "second");
        }
    }

    /**
     * Measures one network.
     *
     * @param network from inputs to logits, without recording
     * @return its accuracy
     * @throws IOException if an example cannot be read
     * @throws TranslateException if an example cannot be turned into an array
     * @throws IllegalArgumentException if there is no example, one has no label, or a label is
     *     beyond the network's classes
     */
    public Evaluation evaluate(Function<NDList, NDArray> network)
            throws IOException, TranslateException {
        Objects.requireNonNull(network, "network");
        return evaluate(network, batch -> {});
    }

    /** The same, while somebody else looks at each batch too. */
    Evaluation evaluate(Function<NDList, NDArray> network, Consumer<ExampleBatch> other)
            throws IOException, TranslateException {
        Objects.requireNonNull(network, "network");
        Tally tally = new Tally();
        visit(
                (batch, labels) -> {
                    tally.add(Logits.of(network.apply(batch.inputs())), labels);
                    other.accept(batch);
                });
        return tally.evaluation();
    }

    /**
     * Measures two networks and how often they agree.
     *
     * @param first from inputs to logits, without recording
     * @param second from inputs to logits, without recording
     * @return both accuracies and the agreement
     * @throws IOException if an example cannot be read
     * @throws TranslateException if an example cannot be turned into an array
     * @throws IllegalArgumentException as {@link #evaluate}
     */
    public Comparison compare(Function<NDList, NDArray> first, Function<NDList, NDArray> second)
            throws IOException, TranslateException {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(second, "second");
        Tally one = new Tally();
        Tally two = new Tally();
        long[] equal = new long[1];
        visit(
                (batch, labels) -> {
                    Logits a = Logits.of(first.apply(batch.inputs()));
                    Logits b = Logits.of(second.apply(batch.inputs()));
                    one.add(a, labels);
                    two.add(b, labels);
                    for (int i = 0; i < labels.length; i++) {
                        equal[0] += a.argMax(i) == b.argMax(i) ? 1 : 0;
                    }
                });
        Evaluation measured = one.evaluation();
        return new Comparison(measured, two.evaluation(), (double) equal[0] / measured.examples());
    }

    private interface Visitor {
        void visit(ExampleBatch batch, int[] labels);
    }

    private void visit(Visitor visitor) throws IOException, TranslateException {
        try (BatchIterator batches = data.pass(manager, 0)) {
            ExampleBatch next = batches.next();
            while (next != null) {
                try (ExampleBatch batch = next) {
                    between.run();
                    visitor.visit(batch, requireLabels(batch.labels()));
                }
                next = batches.next();
            }
        }
    }

    private static int[] requireLabels(int[] labels) {
        for (int label : labels) {
            if (label == ImageEntry.UNLABELLED) {
                throw new IllegalArgumentException(
                        "validation data must be labelled, but an example has no label;"
                                + " leave unlabelled images to the training data");
            }
        }
        return labels;
    }

    /** Logits on the host; equal logits rank by class number, so that results never vary. */
    private static final class Logits {

        private final float[] values;
        private final int classes;

        private Logits(float[] values, int classes) {
            this.values = values;
            this.classes = classes;
        }

        static Logits of(NDArray logits) {
            return new Logits(numbers(logits), (int) logits.size(1));
        }

        int argMax(int row) {
            return Scores.argMax(values, row, classes);
        }

        int rank(int row, int label) {
            return Scores.rank(values, row, classes, label);
        }
    }

    /** Logits of any floating type in Java, row by row. */
    public static float[] numbers(NDArray logits) {
        NDArray wide =
                logits.getDataType() == DataType.FLOAT32
                        ? logits
                        : logits.toType(DataType.FLOAT32, false);
        return wide.toFloatArray();
    }

    /** Counts, so that the last, smaller batch weighs what it holds. */
    private static final class Tally {
        private long examples;
        private long top1;
        private long top5;

        void add(Logits logits, int[] labels) {
            for (int i = 0; i < labels.length; i++) {
                requireClass(labels[i], logits.classes);
                int rank = logits.rank(i, labels[i]);
                top1 += rank < 1 ? 1 : 0;
                top5 += rank < 5 ? 1 : 0;
            }
            examples += labels.length;
        }

        Evaluation evaluation() {
            if (examples == 0) {
                throw new IllegalArgumentException(
                        "validation data must hold at least one example, but was empty");
            }
            return new Evaluation(examples, (double) top1 / examples, (double) top5 / examples);
        }
    }

    /** Fails for a label that no logit stands for. */
    static void requireClass(int label, int classes) {
        if (label >= classes) {
            throw new IllegalArgumentException(
                    "label must be less than the networks' "
                            + classes
                            + " classes, but was "
                            + label
                            + "; check the list or build the networks for more classes");
        }
    }
}
