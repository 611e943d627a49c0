package io.ssld.selection;

import io.ssld.core.data.ImageBatches;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.Quarantine;

/** How images are shown to the teacher that labels them. */
record LabelView(
        int height,
        int width,
        int shortSide,
        Normalization normalization,
        int batchSize,
        int workers) {

    ImageBatches batches(ImageList images, Quarantine quarantine) {
        return ImageBatches.builder()
                .setImages(images)
                .setSize(height, width)
                .setBatchSize(batchSize)
                .optShortSide(shortSide)
                .optNormalization(normalization)
                .optWorkers(workers)
                .optCacheBytes(0)
                .optQuarantine(quarantine)
                .build();
    }

    /** What tables say of it. */
    String text() {
        return "short side %d, centre %dx%d, mean %s, std %s"
                .formatted(shortSide, height, width, normalization.mean(), normalization.std());
    }
}
