package io.ssld.core.data.internal;

import ai.djl.translate.TranslateException;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.images.internal.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lists of images made by formula, and the batches of a pass over them. */
final class TestLists {

    private TestLists() {}

    /** The next batch of a pass that has one. */
    static ExampleBatch next(BatchIterator batches) throws IOException, TranslateException {
        ExampleBatch batch = batches.next();
        if (batch == null) {
            throw new AssertionError("the pass ended too early");
        }
        return batch;
    }

    /** A list of {@code count} plain images, image i of value 10 i and label i. */
    static ImageList list(Path folder, int count) throws IOException {
        List<ImageEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Path name = Path.of(String.format(Locale.ROOT, "%03d.png", i));
            Files.write(folder.resolve(name), TestImages.plainPng(12 + i % 3, 9, 10 * i));
            entries.add(new ImageEntry(name, i));
        }
        return new ImageList(folder, entries);
    }
}
