package io.ssld.core.labels;

import ai.djl.ndarray.NDManager;
import io.ssld.base.internal.CounterRandom;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Quarantine;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.data.internal.ImageContents;
import io.ssld.core.data.internal.ViewBatches;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.engine.internal.Engines;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Asks a teacher again about a sample of a store's images, all of their views. */
final class StoreComparison {

    private final SoftLabelStore store;
    private final RunTeacher teacher;
    private int images;
    private int views;
    private int equal;
    private double greatest;
    private boolean withinHalf = true;

    StoreComparison(SoftLabelStore store, RunTeacher teacher) {
        this.store = store;
        this.teacher = teacher.forInputs(store.header().normalization());
    }

    LabelComparison run(ImageList list, int sample, long seed, int workers, long maxPixels)
            throws IOException {
        ImageContents contents = ImageContents.of(list, workers);
        List<ImageEntry> entries = new ArrayList<>();
        List<Long> digests = new ArrayList<>();
        int missing = 0;
        for (int i : CounterRandom.of(seed).permutation(contents.digests().size())) {
            long digest = contents.digests().get(i);
            if (!store.contains(digest)) {
                missing++;
            } else if (digests.size() < sample) {
                digests.add(digest);
                entries.add(contents.images().entries().get(i));
            }
        }
        if (digests.isEmpty()) {
            throw new IllegalArgumentException(
                    "images must be those of the store "
                            + store.folder()
                            + ", but none of "
                            + list.size()
                            + " has labels in it");
        }
        int batch = store.header().batchSize();
        ViewBatches source =
                new ViewBatches(
                        store.header().recordedViews(),
                        teacher.layout(),
                        batch,
                        digests.size(),
                        workers,
                        maxPixels);
        long[] names = digests.stream().mapToLong(Long::longValue).toArray();
        try (NDManager manager = Engines.newManager(teacher.parameters());
                ViewBatches.Pass pass =
                        source.pass(
                                manager,
                                new ImageList(contents.images().root(), entries),
                                names,
                                new Quarantine())) {
            for (ExampleBatch next = pass.next(); next != null; next = pass.next()) {
                try (ExampleBatch one = next) {
                    compare(one, SegmentRecorder.ask(teacher, one.inputs(), batch));
                }
            }
        }
        return new LabelComparison(
                images, views, missing, (double) equal / Math.max(1, views), greatest, withinHalf);
    }

    private void compare(ExampleBatch batch, float[] rows) {
        int classes = rows.length / batch.size();
        if (classes != store.header().classes()) {
            throw new IllegalArgumentException(
                    "teacher must have the store's "
                            + store.header().classes()
                            + " classes, but has "
                            + classes
                            + "; verify with the one that was recorded");
        }
        for (int i = 0; i < batch.size(); i++) {
            ViewKey key = batch.keys().get(i);
            StoredLabel label = store.read(key.digest(), key.view());
            int[] named = label.classes();
            float[] stored = label.logProbabilities();
            int likeliest = 0;
            for (int c = 1; c < classes; c++) {
                likeliest = rows[i * classes + c] > rows[i * classes + likeliest] ? c : likeliest;
            }
            int top = 0;
            for (int k = 0; k < named.length; k++) {
                double live = rows[i * classes + named[k]];
                double difference = Math.abs(live - stored[k]);
                greatest = Math.max(greatest, difference);
                withinHalf &= difference <= 0x1p-11 * Math.abs(live) + 1e-4;
                top = stored[k] > stored[top] ? k : top;
            }
            equal += named[top] == likeliest ? 1 : 0;
            images += key.view() == 0 ? 1 : 0;
            views++;
        }
    }
}
