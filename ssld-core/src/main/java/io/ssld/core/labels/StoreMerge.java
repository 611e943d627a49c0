package io.ssld.core.labels;

import io.ssld.core.data.QuarantinedImage;
import io.ssld.core.labels.StoreIndex.SegmentFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Puts the shares of a recording together, segment by segment. */
final class StoreMerge {

    private final LabelStoreHeader header;
    private final List<SoftLabelStore> stores;

    /**
     * Checks that the stores are all shares of one recording, each once.
     *
     * @param given in any order, at least one
     */
    StoreMerge(List<SoftLabelStore> given) throws LabelStoreException {
        header = given.get(0).header();
        Map<Integer, SoftLabelStore> byNumber = new HashMap<>();
        int of = share(given.get(0)).of();
        for (SoftLabelStore store : given) {
            Optional<String> difference = header.difference(store.header());
            if (difference.isEmpty() && share(store).of() != of) {
                difference =
                        Optional.of(
                                String.format(
                                        Locale.ROOT,
                                        "shard is %s there and i/%d here",
                                        store.shard(),
                                        of));
            }
            if (difference.isPresent()) {
                throw new LabelStoreException(
                        store.folder(),
                        "be of the recording of " + given.get(0).folder(),
                        difference.get());
            }
            SoftLabelStore other = byNumber.put(share(store).number(), store);
            if (other != null) {
                throw new LabelStoreException(
                        store.folder(),
                        "hold segments of its own",
                        "share " + store.shard() + " is in " + other.folder() + " too");
            }
        }
        for (int number = 1; number <= of; number++) {
            if (!byNumber.containsKey(number)) {
                throw new LabelStoreException(
                        given.get(0).folder(),
                        "become whole with the others",
                        "share "
                                + new Share(number, of)
                                + " is in none of them; record it, or name its store");
            }
        }
        stores = given.stream().sorted(Comparator.comparingInt(StoreMerge::number)).toList();
    }

    private static int number(SoftLabelStore store) {
        return Share.parse(store.shard()).number();
    }

    private static Share share(SoftLabelStore store) throws LabelStoreException {
        try {
            return Share.parse(store.shard());
        } catch (IllegalArgumentException e) {
            throw new LabelStoreException(
                    store.folder(), "tell its share", String.valueOf(e.getMessage()), e);
        }
    }

    /** Writes the segments, one in memory at a time. */
    void write(Path target) throws IOException {
        for (int number = 0; number < header.segments(); number++) {
            List<Long> digests = new ArrayList<>();
            List<byte[]> blocks = new ArrayList<>();
            List<QuarantinedImage> bad = new ArrayList<>();
            for (SoftLabelStore store : stores) {
                List<SegmentFacts> facts = store.segments();
                for (int place = 0; place < facts.size(); place++) {
                    if (facts.get(place).number() == number) {
                        add(store.segment(place), digests, blocks);
                        bad.addAll(store.segment(place).quarantined());
                    }
                }
            }
            requireWhole(number, digests, bad.size());
            long[] names = digests.stream().mapToLong(Long::longValue).toArray();
            SegmentFile.write(target, header, number, names, blocks, bad);
        }
    }

    private static void add(SegmentFile segment, List<Long> digests, List<byte[]> blocks)
            throws LabelStoreException {
        for (int i = 0; i < segment.images(); i++) {
            digests.add(segment.digest(i));
            blocks.add(segment.block(i));
        }
    }

    /** Shares of two versions may leave a gap between them, or overlap. */
    private void requireWhole(int number, List<Long> digests, int unusable)
            throws LabelStoreException {
        int first = number * header.segmentImages();
        int expected = Math.min(header.segmentImages(), header.images() - first);
        boolean ascending = true;
        for (int i = 1; i < digests.size(); i++) {
            ascending &= Long.compareUnsigned(digests.get(i - 1), digests.get(i)) < 0;
        }
        if (digests.size() + unusable != expected || !ascending) {
            throw new LabelStoreException(
                    stores.get(0).folder(),
                    "become whole with the others",
                    String.format(
                            Locale.ROOT,
                            "they have %d of the %d images of segment %d%s; record all shares"
                                    + " alike",
                            digests.size() + unusable,
                            expected,
                            number,
                            ascending ? "" : ", some twice"));
        }
    }
}
