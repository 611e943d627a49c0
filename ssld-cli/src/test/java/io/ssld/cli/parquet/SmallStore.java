package io.ssld.cli.parquet;

import io.ssld.core.data.Normalization;
import io.ssld.core.data.QuarantinedImage;
import io.ssld.core.labels.LabelStoreHeader;
import io.ssld.core.labels.LabelStoreManifest;
import io.ssld.core.labels.LabelStoreManifest.Segment;
import io.ssld.core.labels.LabelStoreWriter;
import io.ssld.core.labels.SoftLabelStore;
import io.ssld.images.view.ViewSampler;
import io.ssld.images.view.internal.SamplerMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A store of seven images with three views, whose labels are computed and not asked for. */
final class SmallStore {

    static final int IMAGES = 7;
    static final int VIEWS = 3;
    static final int CLASSES = 5;
    static final int TOP = 2;

    private SmallStore() {}

    /**
     * A row of a file of labels.
     *
     * @param image as text
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Row(String image, int view, int[] indices, float[] logProbabilities, float logTail) {}

    static LabelStoreManifest manifest(int topK) {
        LabelStoreHeader header =
                new LabelStoreHeader(
                        "teacher <ü>",
                        "ab".repeat(32),
                        SamplerMap.of(ViewSampler.builder().build()).orElseThrow(),
                        -5,
                        VIEWS,
                        32,
                        24,
                        Normalization.IMAGENET,
                        "the test's",
                        CLASSES,
                        topK,
                        64,
                        IMAGES + 1,
                        "cd".repeat(32),
                        3);
        QuarantinedImage bad = new QuarantinedImage(Path.of("a", "b '&.png"), "no image");
        QuarantinedImage unreadable = new QuarantinedImage(Path.of("b.png"), "cannot be read");
        return new LabelStoreManifest(
                header,
                "1/1",
                List.of(
                        new Segment(0, 3, List.of()),
                        new Segment(1, 2, List.of(bad)),
                        new Segment(2, 2, List.of())),
                List.of(bad, unreadable),
                "");
    }

    /** The digests reach over the middle, where signed numbers would begin anew. */
    static List<Row> rows(int topK) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            String image = String.format(Locale.ROOT, "%016x", i * 0x2492492492492492L + 0x123);
            for (int view = 0; view < VIEWS; view++) {
                int[] classes = new int[topK];
                float[] values = new float[topK];
                for (int k = 0; k < topK; k++) {
                    classes[k] = topK == CLASSES ? k : (i + view + k) % CLASSES;
                    values[k] = -(i * 3 + view) / 64f - 1.5f * k;
                }
                float tail = topK == CLASSES ? Float.NEGATIVE_INFINITY : -3.25f;
                rows.add(new Row(image, view, classes, values, tail));
            }
        }
        return rows;
    }

    static SoftLabelStore write(Path folder, int topK) throws IOException {
        try (LabelStoreWriter writer = LabelStoreWriter.create(folder, manifest(topK))) {
            for (Row row : rows(topK)) {
                writer.add(
                        Long.parseUnsignedLong(row.image(), 16),
                        row.view(),
                        row.indices(),
                        row.logProbabilities(),
                        row.logTail());
            }
            return writer.finish();
        }
    }
}
