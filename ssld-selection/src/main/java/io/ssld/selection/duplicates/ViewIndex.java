package io.ssld.selection.duplicates;

import ai.djl.ndarray.NDManager;
import io.ssld.selection.duplicates.VectorIndex.Nearest;
import io.ssld.selection.duplicates.Views.Similarity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The images nearest to others, over all their comparable views: an index for each view. */
final class ViewIndex implements AutoCloseable {

    private final List<VectorIndex> indexes = new ArrayList<>();

    ViewIndex(NDManager manager, int views, int length) {
        for (int i = 0; i < views; i++) {
            indexes.add(new VectorIndex(manager, length));
        }
    }

    /** An image found, or its mirror image, by its number in the order of adding. */
    record Candidate(int id, Similarity similarity) {

        /** Best first; equal ones as they were added. */
        static final Comparator<Candidate> ORDER =
                Comparator.comparingDouble((Candidate c) -> -c.similarity.cosine())
                        .thenComparingInt(Candidate::id)
                        .thenComparing(c -> c.similarity.mirrored());
    }

    int size() {
        return indexes.get(0).size();
    }

    void add(Views image) {
        for (int view = 0; view < indexes.size(); view++) {
            indexes.get(view).add(image.plain()[view]);
        }
    }

    /**
     * Finds the images that are most similar to each of a block, or to its mirror image: an image
     * may be found as both, for much that people photograph is nearly symmetric.
     *
     * @param images the block
     * @param count how many to find of each
     * @param least the smallest similarity to return
     * @return for each image its candidates, best first
     */
    List<List<Candidate>> nearest(List<Views> images, int count, double least) {
        List<Map<Long, Similarity>> best = new ArrayList<>();
        images.forEach(image -> best.add(new HashMap<>()));
        for (int view = 0; view < indexes.size() && size() > 0; view++) {
            collect(images, view, count, false, best);
            collect(images, view, count, true, best);
        }
        return best.stream()
                .map(
                        found ->
                                found.entrySet().stream()
                                        .map(
                                                e ->
                                                        new Candidate(
                                                                (int) (e.getKey() / 2),
                                                                e.getValue()))
                                        .filter(c -> c.similarity.cosine() >= least)
                                        .sorted(Candidate.ORDER)
                                        .limit(count)
                                        .toList())
                .toList();
    }

    private void collect(
            List<Views> images,
            int view,
            int count,
            boolean mirrored,
            List<Map<Long, Similarity>> best) {
        List<float[]> queries =
                images.stream().map(i -> (mirrored ? i.mirrored() : i.plain())[view]).toList();
        for (int other = 0; other < indexes.size(); other++) {
            if (!Windows.comparable(view, other)) {
                continue;
            }
            List<Nearest> found = indexes.get(other).nearest(queries, count);
            for (int i = 0; i < found.size(); i++) {
                Nearest nearest = found.get(i);
                for (int k = 0; k < nearest.ids().length; k++) {
                    Similarity similarity = new Similarity(nearest.scores()[k], mirrored);
                    long key = 2L * nearest.ids()[k] + (mirrored ? 1 : 0);
                    best.get(i).merge(key, similarity, ViewIndex::better);
                }
            }
        }
    }

    private static Similarity better(Similarity a, Similarity b) {
        return b.cosine() > a.cosine() ? b : a;
    }

    @Override
    public void close() {
        indexes.forEach(VectorIndex::close);
    }
}
