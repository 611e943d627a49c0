package io.ssld.core.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.util.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatasetBatchesTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final NDManager run = manager.newSubManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private DatasetBatches source(NDArray @Nullable ... labels) {
        NDArray data = manager.arange(10f).reshape(5, 2);
        ArrayDataset.Builder builder =
                new ArrayDataset.Builder().setData(data).setSampling(2, false);
        if (labels != null && labels.length > 0) {
            builder.optLabels(labels);
        }
        return new DatasetBatches(builder.build());
    }

    private List<Integer> labels(DatasetBatches source) throws Exception {
        List<Integer> labels = new ArrayList<>();
        try (BatchIterator batches = source.pass(run, 0)) {
            for (ExampleBatch batch = batches.next(); batch != null; batch = batches.next()) {
                Arrays.stream(batch.labels()).forEach(labels::add);
                batch.close();
            }
        }
        return labels;
    }

    @Test
    void pass_labelled_givesInputsAndClassNumbers() throws Exception {
        DatasetBatches source = source(manager.create(new long[] {4, 3, 2, 1, 0}));
        assertThat(source.size()).isEqualTo(-1);
        BatchIterator batches = source.pass(run, 0);
        assertThat(source.size()).isEqualTo(5);
        ExampleBatch first = TestLists.next(batches);
        ExampleBatch second = TestLists.next(batches);
        ExampleBatch third = TestLists.next(batches);
        assertThat(batches.next()).isNull();
        assertThat(batches.next()).isNull();
        // DJL's iterator closed its manager: batches and the run's manager outlive it.
        assertThat(run.isOpen()).isTrue();
        assertThat(first.inputs().head().toFloatArray()).containsExactly(0, 1, 2, 3);
        assertThat(first.inputs().head().getManager()).isSameAs(first.manager());
        assertThat(first.labels()).containsExactly(4, 3);
        assertThat(third.inputs().head().getShape()).isEqualTo(new Shape(1, 2));
        assertThat(third.labels()).containsExactly(0);
        first.close();
        second.close();
        third.close();
        assertThat(run.getManagedArrays()).isEmpty();
        assertThat(labels(source)).containsExactly(4, 3, 2, 1, 0);
    }

    @Test
    void pass_fromAPosition_givesTheBatchesAfterIt() throws Exception {
        DatasetBatches source = source(manager.create(new long[] {4, 3, 2, 1, 0}));
        for (int k = 0; k <= 3; k++) {
            try (BatchIterator batches = source.pass(run, 0, k)) {
                assertThat(batches.position()).isEqualTo(k);
                List<Integer> labels = new ArrayList<>();
                for (ExampleBatch batch = batches.next(); batch != null; batch = batches.next()) {
                    Arrays.stream(batch.labels()).forEach(labels::add);
                    batch.close();
                }
                assertThat(labels).isEqualTo(List.of(4, 3, 2, 1, 0).subList(Math.min(2 * k, 5), 5));
                assertThat(batches.position()).isEqualTo(3);
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source.pass(run, 0, 4))
                .withMessage(
                        "skip must be where a batch of pass 0 ended, but was 4 near 3; take it from"
                                + " position() of the same source");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source.pass(run, 0, -1))
                .withMessage("skip must be from 0, but was -1");
        assertThat(run.getManagedArrays()).isEmpty();
    }

    @Test
    void pass_unlabelled_givesMinusOne() throws Exception {
        assertThat(labels(source())).containsExactly(-1, -1, -1, -1, -1);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64", "FLOAT16", "INT32", "INT64", "INT8", "UINT8"})
    void labels_anyTypeInOneColumn_areRead(DataType type) throws Exception {
        NDArray column =
                manager.create(new float[] {0, 1, 2, 3, 100}).reshape(5, 1).toType(type, false);
        assertThat(labels(source(column))).containsExactly(0, 1, 2, 3, 100);
    }

    @Test
    void labels_someUnlabelled_staySo() throws Exception {
        assertThat(labels(source(manager.create(new int[] {1, -1, 0, -1, 2}))))
                .containsExactly(1, -1, 0, -1, 2);
    }

    @Test
    void labels_notClassNumbers_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labels(source(manager.ones(new Shape(5, 3)))))
                .withMessageContaining("but were of shape (2, 3)")
                .withMessageContaining("argMax");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labels(source(manager.create(new float[] {1, 0.5f, 0, 0, 0}))))
                .withMessageContaining("but was 0.5 at place 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> labels(source(manager.create(new int[] {-2, 0, 0, 0, 0}))));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> labels(source(manager.create(new float[] {Float.NaN, 0, 0, 0, 0}))));
    }

    @Test
    void close_early_freesWhatThePassHolds() throws Exception {
        BatchIterator batches = source().pass(run, 0);
        ExampleBatch first = TestLists.next(batches);
        batches.close();
        batches.close();
        assertThat(first.inputs().head().toFloatArray()).hasSize(4);
        first.close();
        assertThat(run.getManagedArrays()).isEmpty();
    }

    /** Fails as DJL's iterators do. */
    private static final class Failing implements Dataset {

        private int prepared;

        @Override
        public Iterable<Batch> getData(NDManager manager) {
            return () ->
                    new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return true;
                        }

                        @Override
                        public Batch next() {
                            throw new IllegalStateException(
                                    "Data loading failed", new IOException("disk gone"));
                        }
                    };
        }

        @Override
        public void prepare(@Nullable Progress progress) {
            prepared++;
        }
    }

    @Test
    void next_dataSetFails_throwsTheCause() throws Exception {
        Failing failing = new Failing();
        DatasetBatches source = new DatasetBatches(failing);
        for (int pass = 0; pass < 2; pass++) {
            try (BatchIterator batches = source.pass(run, pass)) {
                assertThatIOException().isThrownBy(batches::next).withMessage("disk gone");
            }
        }
        assertThat(failing.prepared).isEqualTo(1);
        assertThat(source.size()).isEqualTo(-1);
    }
}
