package io.ssld.core.labels;

import io.ssld.core.data.ImageList;
import io.ssld.core.data.QuarantinedImage;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What is done with whole stores. */
public final class LabelStores {

    private LabelStores() {}

    /**
     * Puts the shares of one recording together. The result is the store of a recording in one go,
     * byte for byte if one kind of machine made the shares. Memory: one segment of labels.
     *
     * @param shares the stores, in any order; all of them, those without images too
     * @param target the folder to create
     * @return the whole store
     * @throws LabelStoreException if a share is damaged or of another recording, naming the
     *     difference, one is missing, or the target holds files
     * @throws IOException if a file cannot be read or written
     * @throws IllegalArgumentException if there is no share
     */
    public static SoftLabelStore merge(List<Path> shares, Path target) throws IOException {
        Objects.requireNonNull(shares, "shares");
        Objects.requireNonNull(target, "target");
        if (shares.isEmpty()) {
            throw new IllegalArgumentException("shares must hold a store, but were empty");
        }
        List<SoftLabelStore> stores = new ArrayList<>();
        for (Path share : shares) {
            SoftLabelStore store = SoftLabelStore.open(share);
            store.verify();
            stores.add(store);
        }
        StoreMerge merge = new StoreMerge(stores);
        LabelStoreHeader header = stores.get(0).header();
        List<QuarantinedImage> bad = new ArrayList<>();
        stores.forEach(store -> bad.addAll(store.quarantined()));
        StoreFolder.requireFree(target);
        try (StoreFolder folder = StoreFolder.lock(target)) {
            folder.requireEmpty();
            folder.begin(header, StoreIndex.WHOLE);
            merge.write(target);
            folder.finish(header, StoreIndex.WHOLE, 0, header.segments(), bad);
        }
        return SoftLabelStore.open(target);
    }

    /**
     * Asks a teacher again about some images of a store, all of their recorded views.
     *
     * @param store the store
     * @param teacher the teacher that was recorded, or another one
     * @param images a list in which the store's images are
     * @param sample how many images to compare at most, at least 1
     * @param seed which ones
     * @return how the labels compare
     * @throws IOException if interrupted
     * @throws IllegalArgumentException if none of the images has labels, or the teacher has other
     *     classes
     * @throws java.io.UncheckedIOException if the store is damaged, naming the file
     */
    public static LabelComparison compare(
            SoftLabelStore store, Teacher teacher, ImageList images, int sample, long seed)
            throws IOException {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(teacher, "teacher");
        Objects.requireNonNull(images, "images");
        return new StoreComparison(store, RunTeacher.of(teacher))
                .run(
                        images,
                        sample,
                        seed,
                        Runtime.getRuntime().availableProcessors(),
                        LabelRecorder.MOST_PIXELS);
    }
}
