package io.ssld.selection;

import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.Quarantine;
import io.ssld.core.data.internal.ImageBatches;
import java.util.Locale;

/** How images are shown to the teacher that labels them. */
record LabelView(
        int height,
        int width,
        int shortSide,
        Normalization normalization,
        int batchSize,
        int workers) {

    ImageBatches batches(ImageList images, ImageLayout layout, Quarantine quarantine) {
        return ImageBatches.builder()
                .setImages(images)
                .setSize(height, width)
                .setBatchSize(batchSize)
                .optShortSide(shortSide)
                .optNormalization(normalization)
                .optLayout(layout)
                .optWorkers(workers)
                .optCacheBytes(0)
                .optQuarantine(quarantine)
                .build();
    }

    /** What tables say of it. */
    String text() {
        return String.format(
                Locale.ROOT,
                "short side %d, centre %dx%d, mean %s, std %s",
                shortSide,
                height,
                width,
                normalization.mean(),
                normalization.std());
    }
}
