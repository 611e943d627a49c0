package io.ssld.core.labels;

import io.ssld.core.data.ImageList;
import io.ssld.core.data.QuarantinedImage;
import io.ssld.core.labels.StoreIndex.SegmentFacts;
import io.ssld.core.report.AtomicFiles;
import io.ssld.core.teacher.Teacher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** What is done with whole stores. */
public final class LabelStores {

    private LabelStores() {}

    /**
     * Puts the shares of one recording together. The result is the store of a recording in one go,
     * byte for byte if one kind of machine made the shares.
     *
     * @param shares the stores, in any order
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
        LabelStoreHeader header = stores.get(0).header();
        Map<Integer, Path> segments = segments(stores, header);
        List<QuarantinedImage> bad = new ArrayList<>();
        stores.forEach(store -> bad.addAll(store.quarantined()));
        try (StoreFolder folder = StoreFolder.lock(target)) {
            folder.requireEmpty();
            folder.begin(header, StoreIndex.WHOLE);
            for (Map.Entry<Integer, Path> segment : segments.entrySet()) {
                String name = SegmentFile.name(segment.getKey());
                Path from = segment.getValue().resolve(name);
                AtomicFiles.write(target.resolve(name), out -> Files.copy(from, out));
            }
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
        return new StoreComparison(store, teacher)
                .run(
                        images,
                        sample,
                        seed,
                        Runtime.getRuntime().availableProcessors(),
                        LabelRecorder.MOST_PIXELS);
    }

    private static Map<Integer, Path> segments(List<SoftLabelStore> stores, LabelStoreHeader header)
            throws LabelStoreException {
        Map<Integer, Path> segments = new TreeMap<>();
        for (SoftLabelStore store : stores) {
            Optional<String> difference = header.difference(store.header());
            if (difference.isPresent()) {
                throw new LabelStoreException(
                        store.folder(),
                        "be of the recording of " + stores.get(0).folder(),
                        difference.get());
            }
            for (SegmentFacts facts : store.segments()) {
                Path other = segments.put(facts.number(), store.folder());
                if (other != null) {
                    throw new LabelStoreException(
                            store.folder(),
                            "hold segments of its own",
                            "segment " + facts.number() + " is in " + other + " too");
                }
            }
        }
        for (int number = 0; number < header.segments(); number++) {
            if (!segments.containsKey(number)) {
                throw new LabelStoreException(
                        stores.get(0).folder(),
                        "become whole with the others",
                        "segment "
                                + number
                                + " of "
                                + header.segments()
                                + " is in none of them; record the missing share");
            }
        }
        return segments;
    }
}
